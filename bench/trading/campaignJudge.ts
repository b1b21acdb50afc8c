/**
 * `npm run bench:campaign-judge -- [seeds] [seeds a defect] [operations]`: the judge of trading campaigns on trial. Ends with exit code 1
 * when a published figure is missed.
 */
import { campaignDefects } from '../../harness/checks/trading/testing/campaignDefects.ts';
import type { CampaignDefect } from '../../harness/checks/trading/testing/campaignDefects.ts';
import {
  accusedSeeds,
  falseAccusations,
} from '../../harness/checks/trading/testing/campaignRates.ts';
import { DEFAULT_FREEDOMS } from '../../harness/checks/trading/testing/freedoms.ts';
import { tellMissed, tryCampaignJudge } from '../kit/tryCampaignJudge.ts';
import { judgeLargeHistory } from './judgeLargeHistory.ts';

/** As many as a campaign of the standard profile has. */
const OPERATIONS = 300_000;
const MAX_JUDGE_S = 10;

const [seeds = 1_000, seedsPerDefect = 100, operations = OPERATIONS] = process.argv
  .slice(2)
  .map(Number);
const missed = await tryCampaignJudge<CampaignDefect>(
  {
    ...{ what: 'venue', defects: campaignDefects, maxJudgeS: MAX_JUDGE_S },
    ...{ accusedSeeds, judgeLargeHistory },
    falseAccusations: (those) => falseAccusations(DEFAULT_FREEDOMS, those),
  },
  { seeds, seedsPerDefect, operations },
);
tellMissed(missed);
