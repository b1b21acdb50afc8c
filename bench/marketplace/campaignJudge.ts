/**
 * `npm run bench:marketplace-campaign-judge -- [seeds] [seeds a defect] [holds]`: the judge of marketplace campaigns on trial. Ends with
 * exit code 1 when a published figure is missed.
 */
import { campaignDefects } from '../../harness/checks/marketplace/testing/campaignDefects.ts';
import type { CampaignDefect } from '../../harness/checks/marketplace/testing/campaignDefects.ts';
import {
  accusedSeeds,
  falseAccusations,
} from '../../harness/checks/marketplace/testing/campaignRates.ts';
import { DEFAULT_FREEDOMS } from '../../harness/checks/marketplace/testing/freedoms.ts';
import { tellMissed, tryCampaignJudge } from '../kit/tryCampaignJudge.ts';
import { judgeLargeHistory } from './judgeLargeHistory.ts';

/** More than a campaign of the standard profile has. */
const HOLDS = 20_000;
const MAX_JUDGE_S = 20;

const [seeds = 1_000, seedsPerDefect = 50, operations = HOLDS] = process.argv.slice(2).map(Number);
const missed = await tryCampaignJudge<CampaignDefect>(
  {
    ...{ what: 'market', defects: campaignDefects, maxJudgeS: MAX_JUDGE_S },
    ...{ accusedSeeds, judgeLargeHistory },
    falseAccusations: (those) => falseAccusations(DEFAULT_FREEDOMS, those),
  },
  { seeds, seedsPerDefect, operations },
);
tellMissed(missed);
