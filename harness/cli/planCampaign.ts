/** Whether a case and an implementation can go through a campaign of faults, and with what. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CampaignJudge } from '../checks/campaignJudge.ts';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { faultProfileOf, readFaultFile } from '../fault/faultFile.ts';
import type { FaultProfile } from '../fault/faultFile.ts';
import { loadCampaignJudge } from '../fault/loadCampaignJudge.ts';
import { holdObservedAreExpected } from '../fault/observedRefusals.ts';
import { readWorkloadFile, workloadPath } from '../load/workloadFile.ts';
import type { WorkloadFile } from '../load/workloadFile.ts';
import type { TargetFactory } from '../target/targetFactory.ts';

export type CampaignPlan =
  | {
      readonly kind: 'ready';
      readonly profileName: string;
      readonly profile: FaultProfile;
      readonly judge: CampaignJudge;
      readonly workloadFile: WorkloadFile;
    }
  /** A sentence. */
  | { readonly kind: 'none'; readonly why: string };

/** Of the profiles that every faults.json has, the one that takes half a minute. */
const FALLBACK_PROFILE = 'quick';

/**
 * @param unknownProfile `refused`: the profile was asked for by name; `quick`: it is that of a bench, which faults.json need not have
 * @throws SpecError
 */
export async function planCampaign(
  caseStudy: CaseStudy,
  factory: TargetFactory,
  profileName: string,
  unknownProfile: 'refused' | 'quick',
): Promise<CampaignPlan> {
  const { id } = caseStudy;
  const none = (why: string): CampaignPlan => ({
    kind: 'none',
    why: `no campaign of faults: ${why}`,
  });
  if (!existsSync(join(caseStudy.dir, 'faults.json'))) {
    return none(`${id} has no spec/${id}/faults.json.`);
  }
  const judge = await loadCampaignJudge(caseStudy);
  if (!judge) return none(`${id} has no harness/checks/${id}/campaign.ts.`);
  if (!existsSync(workloadPath(caseStudy))) {
    return none(`${id} has no bench/${id}/workload.json.`);
  }
  if (!factory.ownInstances) {
    return none('it kills the implementation and starts it again: start it with --impl.');
  }
  const { binding } = factory.implementation;
  if (binding !== 'http') {
    return none(`the proxy and the kills reach an implementation by http only, not by ${binding}.`);
  }
  const workloadFile = readWorkloadFile(caseStudy);
  holdObservedAreExpected(caseStudy, judge, workloadFile);
  const file = readFaultFile(caseStudy);
  const isKnown = file.profiles[profileName] !== undefined;
  const chosen = isKnown || unknownProfile === 'refused' ? profileName : FALLBACK_PROFILE;
  return {
    kind: 'ready',
    profileName: chosen,
    profile: faultProfileOf(file, chosen),
    judge,
    workloadFile,
  };
}
