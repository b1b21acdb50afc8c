/** A network that loses snapshots and acks, repeats acks and lets them overtake each other, by a seed. */
import { seededRandom } from '../../load/seededRandom.ts';
import type { Network } from './player.ts';

/** Shares between 0 and 1. */
export interface Losses {
  readonly snapshots: number;
  readonly acks: number;
  /** Of the acks that are not lost: sent twice. Default 0. */
  readonly doubled?: number;
  /** Of the acks that are not lost: sent only after the next one. Default 0. */
  readonly overtaken?: number;
}

export interface LossyNetwork extends Network {
  /** So far. */
  readonly lostSnapshots: number;
  readonly lostAcks: number;
}

export function lossyNetwork(
  seed: number,
  { snapshots, acks, doubled = 0, overtaken = 0 }: Losses,
): LossyNetwork {
  const random = seededRandom(seed);
  let lostSnapshots = 0;
  let lostAcks = 0;
  let heldBack: number[] = [];
  return {
    get lostSnapshots() {
      return lostSnapshots;
    },
    get lostAcks() {
      return lostAcks;
    },
    losesSnapshot() {
      const isLost = random() < snapshots;
      if (isLost) lostSnapshots += 1;
      return isLost;
    },
    acks(tick) {
      if (random() < acks) {
        lostAcks += 1;
        return [];
      }
      if (random() < overtaken) {
        heldBack.push(tick);
        return [];
      }
      const late = heldBack;
      heldBack = [];
      return [...(random() < doubled ? [tick, tick] : [tick]), ...late];
    },
  };
}
