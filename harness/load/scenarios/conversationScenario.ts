/** Clients that converse over streams: at one count of keys, or at more and more of them until a count misses the targets. */
import type { TargetRow } from '../../contract/caseStudy.ts';
import type { LoadBench } from '../bench.types.ts';
import type { ConversationScenario } from '../conversationFile.ts';
import { answers, judgeTarget } from '../judgeTarget.ts';
import { figureRow } from '../rows.ts';
import type { Figure, Row } from '../rows.ts';
import type { ProbeVerdict } from '../scale/searchCapacity.ts';
import { tell, tellNote, tellProgress } from '../tell.ts';
import { validityOf } from '../validity.ts';
import { countText, pluralOf } from './ladderRows.ts';
import { measureConversation } from './measureConversation.ts';
import type { MeasuredConversation } from './measureConversation.ts';
import { tellHeadline } from './tellHeadline.ts';
import { NotMeasured } from './withImplementation.ts';

/** A machine that others use misses a target by chance, and meets none by chance. */
const TRIES = 2;

/** @throws NotMeasured where the clients could not be opened, or where several counts have nothing to meet */
export async function conversationScenario(
  bench: LoadBench,
  scenario: ConversationScenario,
): Promise<void> {
  const { meets, counts } = scenario;
  if (meets !== undefined) return searchCounts(bench, scenario, meets);
  const { rows, context } = await measureConversation(
    bench,
    scenario,
    counts[0]!,
    scenario.scenario,
  );
  if (!rows.some(({ metric }) => metric === 'latency'))
    throw new NotMeasured(context.validityReasons.join('; ') || 'nothing was answered');
  for (const row of rows) tell(bench, row);
}

async function searchCounts(
  bench: LoadBench,
  scenario: ConversationScenario,
  meets: string,
): Promise<void> {
  const targets = bench.caseStudy.targets.filter(({ profile }) => profile === meets);
  if (targets.length === 0)
    throw new NotMeasured(`its counts are to meet the targets of "${meets}", which has none`);
  const steps: Step[] = [];
  for (const count of scenario.counts.toSorted((one, other) => one - other)) {
    const step = await tryCount(bench, scenario, count, targets);
    for (const row of step.measured.rows) tell(bench, row);
    steps.push(step);
    if (step.verdict !== 'met') break;
  }
  for (const row of capacityRows(bench, scenario, steps)) tell(bench, row);
  const best = steps.findLast(({ verdict }) => verdict === 'met');
  if (best) tellHeadline(bench, answeredPerS(best.measured.rows));
}

/** Of all groups together: an operation of a conversation is a message by schedule that was answered. */
export function answeredPerS(rows: readonly Row[]): number {
  const own = rows.filter(({ metric }) => metric === 'latency');
  const byGroup = new Map(own.map(({ operation, achievedRps }) => [operation, achievedRps ?? 0]));
  return [...byGroup.values()].reduce((sum, each) => sum + each, 0);
}

export interface Step {
  readonly count: number;
  readonly verdict: ProbeVerdict;
  /** Why it is not met. */
  readonly reason: string;
  readonly measured: Pick<MeasuredConversation, 'rows' | 'context' | 'clients'>;
}

async function tryCount(
  bench: LoadBench,
  scenario: ConversationScenario,
  count: number,
  targets: readonly TargetRow[],
): Promise<Step> {
  const text = countText(count, scenario.key);
  let step: Step | undefined;
  for (let tries = 0; tries < TRIES && step?.verdict !== 'met'; tries += 1) {
    const name = `${scenario.scenario}/${count}`;
    const measured = await measureConversation(bench, scenario, count, name);
    step = { count, measured, ...verdictOf(measured, targets) };
    const why = step.verdict === 'met' ? '' : ` (${step.reason})`;
    tellProgress(bench, `${scenario.scenario}: ${text} ${step.verdict}${why}`);
  }
  return step!;
}

/** By the values: an interval that reaches to both sides is no miss. */
export function verdictOf(
  { rows, spoiled, uncarried }: Pick<MeasuredConversation, 'rows' | 'spoiled' | 'uncarried'>,
  targets: readonly TargetRow[],
): Pick<Step, 'verdict' | 'reason'> {
  if (spoiled.length > 0) return { verdict: 'invalid', reason: spoiled[0]! };
  if (uncarried.length > 0) return { verdict: 'missed', reason: uncarried[0]! };
  const judged = targets.flatMap((target) => {
    const row = rows.find((each) => answers({ ...each, scenario: target.profile }, target));
    if (!row) return [];
    const value = { ...row, ciLow: null, ciHigh: null };
    return { id: target.id, ...judgeTarget(target, value) };
  });
  if (judged.length === 0)
    return { verdict: 'invalid', reason: 'none of its rows answers one of the targets' };
  const unmet = judged.find(({ verdict }) => verdict !== 'met');
  if (!unmet) return { verdict: 'met', reason: '' };
  const verdict = unmet.verdict === 'missed' ? 'missed' : 'invalid';
  return { verdict, reason: `${unmet.id}: ${unmet.reason}` };
}

/** The largest count that was met, and the same for each core where the implementation's cores are known. */
function capacityRows(
  bench: LoadBench,
  { scenario, key }: ConversationScenario,
  steps: readonly Step[],
): Row[] {
  const last = steps.at(-1)!;
  const best = steps.findLast(({ verdict }) => verdict === 'met');
  const context = { ...(best ?? last).measured.context, scenario };
  const { met, above } = capacityOf(steps);
  const cores = bench.placement.implementationCores;
  tellNote(bench, `${scenario}: ${capacityText(steps, key)}`);
  const rowOf = (unit: string, of: number): Row => {
    const figure: Figure = {
      ...{ metric: 'capacity', unit, direction: 'higher-is-better', n: steps.length },
      ...{ value: met / of, ciLow: met / of, ciHigh: above === null ? null : above / of },
    };
    const row = figureRow(
      { ...context, validity: bench.load.validity, validityReasons: [] },
      figure,
    );
    const reasons = unboundedReasons(row, last, bench.caseStudy.targets);
    return { ...row, validity: validityOf(reasons, bench.load), validityReasons: reasons };
  };
  const unit = pluralOf(key);
  return [rowOf(unit, 1), ...(cores === null ? [] : [rowOf(`${unit}/core`, cores)])];
}

/** Between `met` and `above` nothing is known; null: no count was missed. */
export function capacityOf(steps: readonly Pick<Step, 'count' | 'verdict'>[]): {
  readonly met: number;
  readonly above: number | null;
} {
  const last = steps.at(-1)!;
  const met = steps.findLast(({ verdict }) => verdict === 'met')?.count ?? 0;
  // A whole number: a count that is missed is not reached.
  return { met, above: last.verdict === 'missed' ? last.count - 1 : null };
}

/** Where no count was missed the capacity may be any more: that misses no target, and no count that was met shows none. */
export function unboundedReasons(
  row: Row,
  { verdict, count, reason }: Pick<Step, 'count' | 'verdict' | 'reason'>,
  targets: readonly TargetRow[],
): string[] {
  if (verdict === 'missed') return [];
  const why = verdict === 'met' ? `${count} is the most that was tried` : `${count}: ${reason}`;
  if (row.value === 0) return [why];
  const target = targets.find((each) => answers(row, each));
  return target && judgeTarget(target, row).verdict !== 'met' ? [why] : [];
}

function capacityText(steps: readonly Step[], key: string): string {
  const { met } = capacityOf(steps);
  const { verdict, count, reason } = steps.at(-1)!;
  const carried =
    met === 0 ? 'no count meets the targets' : `${countText(met, key)} meet the targets`;
  if (verdict === 'met') return `${carried}; no larger count was tried`;
  return `${carried}; ${count} ${verdict === 'missed' ? 'do not' : 'prove nothing'}: ${reason}`;
}
