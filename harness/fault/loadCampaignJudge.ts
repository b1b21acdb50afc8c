/** The judge of a case's campaign: `harness/checks/<case>/campaign.ts`, beside its checks. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CampaignJudge } from '../checks/campaignJudge.ts';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { displayPath } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';

const NAMES = ['campaign.ts', 'campaign.js', 'campaign.mjs'];

/** @returns undefined when the case has none; @throws SpecError when its file exports something else */
export async function loadCampaignJudge({
  checksFile,
}: Pick<CaseStudy, 'checksFile'>): Promise<CampaignJudge | undefined> {
  if (checksFile === undefined) return undefined;
  const file = NAMES.map((name) => join(dirname(checksFile), name)).find((each) =>
    existsSync(each),
  );
  if (file === undefined) return undefined;
  const { campaign } = (await import(pathToFileURL(file).href)) as { campaign?: CampaignJudge };
  if (typeof campaign?.judge === 'function') return campaign;
  throw new SpecError(
    `${displayPath(file)} exports no \`campaign\` with a function \`judge\`: see harness/checks/campaignJudge.ts.`,
  );
}
