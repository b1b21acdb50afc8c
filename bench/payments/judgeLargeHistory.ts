/** How long the judge takes over a large campaign: reading the feed, verifying its chains, and judging. */
import { campaign } from '../../harness/checks/payments/campaign.ts';
import type { LargeJudgement } from '../kit/tryCampaignJudge.ts';
import { largeCampaign } from './largeCampaign.ts';

export async function judgeLargeHistory(payments: number): Promise<LargeJudgement> {
  const { operations, setUp, call, world } = largeCampaign(payments);
  let callMs = 0;
  const startedMs = performance.now();
  const finals = await campaign.finalReads({
    async call(operation, input) {
      const askedMs = performance.now();
      const answer = await call(operation, input);
      callMs += performance.now() - askedMs;
      return answer;
    },
    ...{ errors: new Map(), setUp, world },
    history: async () => ({ operations, faults: [] }),
    restart: async () => undefined,
    fresh: () => Promise.reject(new Error('a payments campaign needs no other platform')),
  });
  const history = { operations, faults: [] };
  const findings = campaign.judge({ history, finals, kills: 30, killsOnReply: 10 });
  return {
    // What it takes to make the answers is not the judge's.
    seconds: (performance.now() - startedMs - callMs) / 1_000,
    heapMb: process.memoryUsage().heapUsed / 2 ** 20,
    violations: findings.flatMap(({ violations }) => violations),
  };
}
