/** What the final reads of every campaign do alike: wait, restart once more, and go on after what was found wrong. */
import { setTimeout } from 'node:timers/promises';
import type { CampaignFinalContext } from '../../campaignJudge.ts';
import { Violation } from '../../check.ts';
import type { Report } from './findings.ts';

/** Real time, or that of a test. */
export interface Waits {
  nowMs(): number;
  sleep(ms: number): Promise<unknown>;
}

export const realWaits: Waits = {
  nowMs: () => performance.now(),
  sleep: (ms) => setTimeout(ms),
};

/** A Violation becomes a sentence; whatever else is wrong has made the evidence incomplete. */
export async function unless<T>(report: Report, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    report(error.message);
    return undefined;
  }
}

/**
 * @param what it is, as in `the venue`
 * @throws Violation when it does not come up on the data that it was killed on
 */
export async function restartOnce({ restart }: CampaignFinalContext, what: string): Promise<void> {
  try {
    await restart();
  } catch (error) {
    throw new Violation(
      `Killed once more after the campaign, ${what} did not start again on the same data: ${(error as Error).message}`,
    );
  }
}
