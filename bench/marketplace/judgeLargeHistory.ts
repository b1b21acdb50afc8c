/** How long the judge takes over a large campaign: reading what it names, and judging. */
import { campaign } from '../../harness/checks/marketplace/campaign.ts';
import type { LargeJudgement } from '../kit/tryCampaignJudge.ts';
import { largeCampaign } from './largeCampaign.ts';

/** @param holds see largeCampaign */
export async function judgeLargeHistory(holds: number): Promise<LargeJudgement> {
  const { operations, setUp, call, world } = largeCampaign(holds);
  const history = { operations, faults: [] };
  const startedMs = performance.now();
  const finals = await campaign.finalReads({
    ...{ call, errors: new Map(), setUp, world },
    history: async () => history,
    restart: async () => undefined,
    fresh: () => Promise.reject(new Error('a campaign of a market needs no other one')),
  });
  const findings = campaign.judge({ history, finals, kills: 30, killsOnReply: 10 });
  return {
    seconds: (performance.now() - startedMs) / 1_000,
    heapMb: process.memoryUsage().heapUsed / 2 ** 20,
    violations: findings.flatMap(({ violations }) => violations),
  };
}
