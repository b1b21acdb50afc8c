/** MKT-REP-01 to MKT-REP-03: several nodes hold the stock, and a node can be cut off. */
import type { Check } from '../check.ts';
import { noMajorityNoChange } from './noMajorityNoChange.ts';
import { replicasConverge } from './replicasConverge.ts';
import { survivesLossOfANode } from './survivesLossOfANode.ts';

/** @param takeOverMs what another node has to take over, and copies have to come together */
export function replication(takeOverMs = 10_000): readonly Check[] {
  return [
    survivesLossOfANode(takeOverMs),
    replicasConverge(takeOverMs),
    noMajorityNoChange(takeOverMs),
  ];
}
