/** One count of keys, on an instance of its own: set-up, conversation, invariants, and what speaks against the figures. */
import type { LoadBench } from '../bench.types.ts';
import { groupsOf, phasesOf, scheduleOf } from '../conversation/conversationPlan.ts';
import type { GroupClients } from '../conversation/conversationPlan.ts';
import type { ConversationEnd } from '../conversation/converse.ts';
import type { ConversationScenario } from '../conversationFile.ts';
import type { RowContext, Row } from '../rows.ts';
import { sampleLog } from '../sampleLog.ts';
import type { SampleLog } from '../sampleLog.ts';
import { tallyOf } from '../tally.ts';
import type { Stretch, Tally } from '../tally.ts';
import { strictestLatencyUs, tellProgress } from '../tell.ts';
import {
  commonReasons,
  generatorReasons,
  loopReasons,
  stretchReasons,
  validityOf,
} from '../validity.ts';
import { withClients } from './conversationClients.ts';
import { conversationFloor } from './conversationFloor.ts';
import type { ConversationFloor } from './conversationFloor.ts';
import { clientCpuRows, counterReasons, groupRows, heardBy, ratioRow } from './conversationRows.ts';
import type { GroupPhase } from './conversationRows.ts';
import { keepHistograms } from './keepHistograms.ts';
import { countText } from './ladderRows.ts';
import { usageRows } from './usageRows.ts';
import { NotMeasured, verify, withImplementation } from './withImplementation.ts';
import type { Running } from './withImplementation.ts';

export interface MeasuredConversation {
  readonly rows: readonly Row[];
  /** What voids the figures, whatever they are: the machine, the generator, wrong messages, a wrong state. */
  readonly spoiled: readonly string[];
  /** Why the load was not carried. */
  readonly uncarried: readonly string[];
  readonly context: RowContext;
  readonly clients: number;
}

/** A p99 of fewer of what was due is not that of the load. */
const MIN_ANSWERED_SHARE = 0.99;

/** @param name of its rows: the scenario, and the count where there are several */
export async function measureConversation(
  bench: LoadBench,
  scenario: ConversationScenario,
  count: number,
  name: string,
): Promise<MeasuredConversation> {
  const { binding } = bench.implementation;
  if (binding !== 'http')
    throw new NotMeasured(`streams are conversed over WebSocket, and it is reached by ${binding}`);
  tellProgress(bench, `${name}: floor of this machine, against a server that says everything back`);
  const floor = await conversationFloor(bench, scenario, count);
  const step = { ...bench, file: withClients(bench.file, scenario, count) };
  const groups = groupsOf(scenario, count);
  const isReading = ({ group }: GroupClients): boolean => !group.stalled;
  const { phases, stallsFromMs } = phasesOf(scenario);
  const { toMs } = phases.at(-1)!;
  const schedule = scheduleOf(groups.filter(isReading), toMs, bench.seed);
  return withImplementation(step, scenario, schedule.startsMs, async (running) => {
    const { warmupS, durationS } = scenario;
    tellProgress(
      bench,
      `${name}: ${step.file.clients} clients of ${countText(count, scenario.key)}, ${warmupS} s of warm-up, then ${phases.length} x ${durationS} s`,
    );
    const reading = groups.filter(isReading);
    const names = reading.map(({ group }) => group.name);
    const log = sampleLog(names, schedule.startsMs);
    const stalled = groups.filter((each) => !isReading(each));
    const end = await bench.generator.converse(
      {
        ...{ groups, log, clientOf: schedule.clientOf, phases, pacing: bench.pacing },
        stalled: scheduleOf(stalled, toMs, bench.seed),
        stallsFromMs,
        timeoutMs: scenario.timeoutMs,
        validation: 'sampled',
      },
      running.watch.onWindow,
    );
    const { broken, verified } = await verify(step, running);
    const { ok, refused } = end.checked;
    const told = `${ok + refused} messages and ${verified}`;
    return sumUp(step, { scenario, name, reading, phases, log, end, floor, broken, told, running });
  });
}

interface Played {
  readonly scenario: ConversationScenario;
  readonly name: string;
  /** The groups that are judged. */
  readonly reading: readonly GroupClients[];
  readonly phases: readonly Stretch[];
  readonly log: SampleLog;
  readonly end: ConversationEnd;
  readonly floor: ConversationFloor;
  readonly broken: readonly string[];
  /** What was held to the contract, in words. */
  readonly told: string;
  readonly running: Running;
}

const PHASE_NAMES = ['reading', 'stalled'];

function sumUp(bench: LoadBench, played: Played): MeasuredConversation {
  const { name, phases, log, end, reading, running } = played;
  const spoiled = spoiledReasons(bench, played);
  const histRef = keepHistograms(bench, name, log, phases[0]!.fromMs);
  const rows: Row[] = [];
  const byPhase = phases.map((stretch, nth) => {
    const groups = reading.map((each) => groupPhase(played, each, stretch, nth));
    const tally = tallyOf(log, stretch);
    const uncarried = [
      ...uncarriedReasons(bench, played, tally),
      ...groups.flatMap(counterReasons),
    ];
    const suffix = phases.length === 1 ? '' : `/${PHASE_NAMES[nth]}`;
    const context = contextOf(bench, played, suffix, [...spoiled, ...uncarried]);
    rows.push(...groups.flatMap((each) => groupRows(each, context, histRef)));
    return { groups, uncarried, tally };
  });
  const [first, second] = byPhase;
  const context = contextOf(bench, played, '', spoiled);
  if (second) {
    // Whoever is slow because of the stalled clients has not carried the second phase: that is what the ratio is to show.
    for (const [place, group] of second.groups.entries()) {
      const lost = lostReasons(group, end);
      const judged = contextOf(bench, played, '', [...spoiled, ...first!.uncarried, ...lost]);
      rows.push(ratioRow(first!.groups[place]!, group, judged));
    }
  }
  const whole = tallyOf(log, { fromMs: phases[0]!.fromMs, toMs: phases.at(-1)!.toMs });
  rows.push(...usageRows(running.watch.usage(), running.watch.cpu(), whole, context));
  rows.push(...clientCpuRows(bench.file.clients, context));
  const uncarried = byPhase.flatMap((phase) => phase.uncarried);
  return { rows, spoiled, uncarried, context, clients: bench.file.clients };
}

function groupPhase(
  { log, end, floor }: Played,
  each: GroupClients,
  stretch: Stretch,
  nth: number,
): GroupPhase {
  const { group } = each;
  return {
    group,
    stretch,
    tally: tallyOf(log, stretch, group.name),
    floor: group.sends && tallyOf(floor.log, floor.stretch, group.name),
    heard: heardBy(each, end, nth),
  };
}

function spoiledReasons(
  bench: LoadBench,
  { scenario, log, end, phases, broken, running }: Played,
): string[] {
  const evidence = { load: bench.load, file: bench.file, cpu: running.watch.cpu(), broken };
  const whole = tallyOf(log, { fromMs: phases[0]!.fromMs, toMs: phases.at(-1)!.toMs });
  return [
    ...loopReasons({ loopDelayP99Us: end.loopDelayP99Us, errorSamples: [] }),
    ...generatorReasons(whole, comparedUs(bench, scenario, whole)),
    ...commonReasons(end.checked, end.errorSamples, evidence),
  ];
}

function uncarriedReasons(
  bench: LoadBench,
  { scenario, end, floor }: Played,
  tally: Tally,
): string[] {
  if (end.aborted !== undefined) return [end.aborted];
  const comparedToUs = comparedUs(bench, scenario, tally);
  const late = generatorReasons(tally, comparedToUs);
  const reasons = stretchReasons(tally, 0, comparedToUs, {
    floor: tallyOf(floor.log, floor.stretch),
  });
  const ended = end.failures.length;
  return [
    ...(ended > 0 ? [`${ended} clients ended early, for instance ${end.failures[0]}`] : []),
    ...reasons.filter((reason) => !late.includes(reason)),
  ];
}

/** What the generator's delay is small against: the strictest latency that is asked for or, where none is, the one that was found. */
function comparedUs(
  { caseStudy }: LoadBench,
  { meets, scenario }: ConversationScenario,
  { response }: Tally,
): number {
  const askedUs = strictestLatencyUs(caseStudy, meets ?? scenario);
  return askedUs ?? response.getValueAtPercentile(99);
}

/** Timeouts stand in the histogram; what has no time at all does not. */
function lostReasons({ group, tally }: GroupPhase, { failures }: ConversationEnd): string[] {
  const due = tally.sendLag.totalCount;
  const timed = tally.response.totalCount;
  if (timed >= MIN_ANSWERED_SHARE * due) return [];
  const why = failures[0] ?? 'they could not be sent';
  return [`${due - timed} of ${due} messages of ${group.name} have no latency at all: ${why}`];
}

function contextOf(
  bench: LoadBench,
  { scenario, name, running, told }: Played,
  suffix: string,
  reasons: readonly string[],
): RowContext {
  return {
    scenario: `${name}${suffix}`,
    seed: bench.seed,
    generator: `casemark conversation, plan ${running.work.digest}`,
    pacing: bench.pacing,
    arrival: 'constant',
    connections: bench.file.clients,
    warmupS: scenario.warmupS,
    placement: bench.placement.text,
    cpu: running.watch.cpu(),
    verified: told,
    validity: validityOf(reasons, bench.load),
    validityReasons: reasons,
  };
}
