/** Refusals that the judge of a campaign takes for outcomes have to be expected of its load too: else they would count as failures of it. */
import type { CampaignJudge } from '../checks/campaignJudge.ts';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { SpecError } from '../contract/specError.ts';
import type { WorkloadFile } from '../load/workloadFile.ts';

/** @throws SpecError naming the file to correct */
export function holdObservedAreExpected(
  caseStudy: CaseStudy,
  judge: Pick<CampaignJudge, 'observes'>,
  { mix, refusals }: Pick<WorkloadFile, 'mix' | 'refusals'>,
): void {
  const sent = new Set(mix.flatMap((entry) => ('operation' in entry ? [entry.operation] : [])));
  for (const operation of sent) {
    for (const code of caseStudy.operations.get(operation)!.errors) {
      if (judge.observes?.(operation, code) !== true) continue;
      const seen = `The campaign's judge observes ${code} of ${operation}`;
      if (!caseStudy.errors.get(code)!.definite) {
        throw new SpecError(
          `${seen}, which is not definite: spec/${caseStudy.id}/errors.json leaves open whether there was an effect.`,
        );
      }
      if (!refusals.codes.includes(code)) {
        throw new SpecError(
          `${seen}: name it in "refusals", "codes" of bench/${caseStudy.id}/workload.json, so that it counts as an answer.`,
        );
      }
    }
  }
}
