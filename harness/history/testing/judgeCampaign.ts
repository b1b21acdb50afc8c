/** Both checkers over one campaign, and the share of seeds in which a defect is accused. */
import { checkLinearizability } from '../linearizability.ts';
import { checkWitnessOrder } from '../witnessOrder.ts';
import { storeCampaign } from './storeCampaign.ts';
import type { Campaign } from './storeCampaign.ts';
import type { StoreDefect } from './storeDefects.ts';
import { storeModel } from './storeModel.ts';

export interface CampaignVerdicts {
  readonly linearizability: 'ok' | 'illegal' | 'unknown';
  readonly witnessOrder: 'ok' | 'illegal' | 'unknown';
}

/** A legal history of this size needs a few thousand at most. */
const MAX_ENTRIES = 100_000;

export function judgeCampaign({ history, log }: Campaign): CampaignVerdicts {
  const { operations } = history;
  const bounds = { maxEntries: MAX_ENTRIES, timeLimitMs: 5_000 };
  return {
    linearizability: checkLinearizability(storeModel, operations, bounds).verdict,
    witnessOrder: checkWitnessOrder(storeModel, operations, log, { numbering: 'gapless' }).verdict,
  };
}

export interface DetectionRates {
  readonly defect: StoreDefect;
  readonly seeds: number;
  readonly linearizability: number;
  readonly witnessOrder: number;
  /** By either. */
  readonly detected: number;
}

export async function detectionRates(defect: StoreDefect, seeds: number): Promise<DetectionRates> {
  const accused = { linearizability: 0, witnessOrder: 0, either: 0 };
  for (let seed = 1; seed <= seeds; seed++) {
    const verdicts = judgeCampaign(await storeCampaign(seed, defect.parts));
    const byTime = verdicts.linearizability === 'illegal';
    const byWitness = verdicts.witnessOrder === 'illegal';
    if (byTime) accused.linearizability++;
    if (byWitness) accused.witnessOrder++;
    if (byTime || byWitness) accused.either++;
  }
  return {
    defect,
    seeds,
    linearizability: accused.linearizability / seeds,
    witnessOrder: accused.witnessOrder / seeds,
    detected: accused.either / seeds,
  };
}
