/**
 * `npm run bench:payments-campaign-judge -- [seeds] [seeds a defect] [payments]`: the judge of payments campaigns on trial. Ends with exit
 * code 1 when a published figure is missed.
 */
import { campaignDefects } from '../../harness/checks/payments/testing/campaignDefects.ts';
import type { CampaignDefect } from '../../harness/checks/payments/testing/campaignDefects.ts';
import {
  accusedSeeds,
  falseAccusations,
} from '../../harness/checks/payments/testing/campaignRates.ts';
import { DEFAULT_FREEDOMS } from '../../harness/checks/payments/testing/freedoms.ts';
import { tellMissed, tryCampaignJudge } from '../kit/tryCampaignJudge.ts';
import { judgeLargeHistory } from './judgeLargeHistory.ts';

/** As many as a campaign of the standard profile has. */
const PAYMENTS = 60_000;
/** With the reading of a million events. */
const MAX_JUDGE_S = 30;

const [seeds = 1_000, seedsPerDefect = 50, operations = PAYMENTS] = process.argv
  .slice(2)
  .map(Number);
const missed = await tryCampaignJudge<CampaignDefect>(
  {
    ...{ what: 'platform', defects: campaignDefects, maxJudgeS: MAX_JUDGE_S },
    ...{ accusedSeeds, judgeLargeHistory },
    falseAccusations: (those) => falseAccusations(DEFAULT_FREEDOMS, those),
  },
  { seeds, seedsPerDefect, operations },
);
tellMissed(missed);
