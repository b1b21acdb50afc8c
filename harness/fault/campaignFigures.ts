/** The numbers of a campaign: pure functions of what became of its commands and of when its faults were there. */
import type { KillsByMoment, ShownRate } from '../report/campaignSummary.ts';
import { availability, successRate } from './availability.ts';
import type {
  Availability,
  ObservedOperation,
  RecoveryTimes,
  SuccessRate,
} from './availability.ts';
import { EVENTUALLY_MS, IN_TIME_MS } from './campaignLoad.ts';
import { fateOf } from './commandLog.ts';
import type { CommandLog } from './commandLog.ts';
import { faultWindows } from './faultEvent.ts';
import type { FaultEvent, FaultWindow } from './faultEvent.ts';
import type { FaultKind } from './faultKind.ts';
import type { PlannedFault } from './faultSchedule.ts';
import type { PlayedPhase } from './runFaultSchedule.ts';

export interface FiguresOptions {
  readonly log: CommandLog;
  readonly firstCounted: number;
  readonly events: readonly FaultEvent[];
  readonly phases: readonly PlayedPhase[];
  /** After the end of a fault failures are explained by it for so long. */
  readonly recoveryBoundMs: number;
}

export interface CampaignFigures {
  readonly availability: Availability;
  readonly eventual: SuccessRate;
  readonly retried: SuccessRate;
  readonly judged: SuccessRate;
  readonly recovery: RecoveryTimes & { readonly never: number };
  readonly notSent: number;
  /** Commands that failed and have no idempotency key: left out where retries are counted. */
  readonly unrepeatable: number;
  /** Commands that overlapped the windows of each kind. */
  readonly operationsInside: ReadonlyMap<FaultKind, number>;
  readonly sendLagMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

interface CountedCommand extends ObservedOperation {
  readonly settled: boolean;
  /** Whether it can be said of it that a retry would bring it home. */
  readonly repeatable: boolean;
}

/** Of a second, that counts as good again. */
const MAX_MISS_SHARE = 0.01;

export function campaignFigures(options: FiguresOptions): CampaignFigures {
  const { log, firstCounted, events, phases, recoveryBoundMs } = options;
  const commands = countedCommands(log, firstCounted);
  const windows = faultWindows(events);
  const steady = phases.find(({ name }) => name === 'steady') ?? { startMs: 0, endMs: 0 };
  const lastMs = commands.reduce((latest, { startMs }) => Math.max(latest, startMs), 0);
  const given = {
    operations: commands,
    steady,
    endMs: lastMs,
    recoveryBoundMs,
    slo: { latencyMs: IN_TIME_MS, maxMissShare: MAX_MISS_SHARE },
  };
  const measured = availability({ ...given, windows });
  const isExplained = explainer(windows, recoveryBoundMs);
  const repeatable = commands.filter((each) => each.repeatable);
  const failed = repeatable.filter(({ available }) => !available);
  // What a fault took and nobody may repeat says nothing of eventual success by retry; without a fault it is a failure all the same.
  const judged = commands.filter((each) => each.repeatable || !isExplained(each));
  return {
    availability: measured,
    eventual: successRate(repeatable.map(({ settled }) => ({ available: settled }))),
    retried: successRate(failed.map(({ settled }) => ({ available: settled }))),
    judged: successRate(
      judged.map((each) => ({
        available: each.available || (each.settled && isExplained(each)),
      })),
    ),
    recovery: crashRecovery(windows, commands, (crashes) =>
      availability({ ...given, windows: crashes }).toFirstSuccess.get('proc.kill9'),
    ),
    notSent: countNotSent(log, firstCounted),
    unrepeatable: commands.length - repeatable.length,
    operationsInside: new Map([...measured.insideFaults].map(([kind, { total }]) => [kind, total])),
    sendLagMs: lagOf(log, firstCounted),
  };
}

export function shownRate({ available, total, rate, interval, shows }: SuccessRate): ShownRate {
  const { low, high } = interval;
  return { successes: available, total, rate: rate ?? null, low, high, shows };
}

/** How many kills were planned, and proved, for each moment at which they strike. */
export function killsByMoment(
  planned: readonly PlannedFault[],
  events: readonly FaultEvent[],
): KillsByMoment[] {
  const evidenced = new Map(
    events
      .filter(({ phase }) => phase === 'observed' || phase === 'indeterminate')
      .map(({ id, evidence }) => [id, Number(evidence.facts['kills'] ?? 0)]),
  );
  const counts = new Map<string, { evidenced: number; planned: number }>();
  for (const { id, action, trigger } of planned) {
    if (action.kind !== 'proc.kill9' && action.kind !== 'proc.double-crash') continue;
    const moment = momentOf(action.kind, trigger);
    const count = counts.get(moment) ?? { evidenced: 0, planned: 0 };
    count.planned += action.kind === 'proc.double-crash' ? 2 : 1;
    count.evidenced += evidenced.get(id) ?? 0;
    counts.set(moment, count);
  }
  return [...counts].map(([moment, count]) => ({ moment, ...count }));
}

/** Kills that struck on the first byte of a reply. */
export function killsOnReply(events: readonly FaultEvent[]): number {
  return events.filter(
    ({ phase, evidence }) =>
      phase === 'observed' &&
      evidence.facts['moment'] === 'reply-first-byte' &&
      Number(evidence.facts['kills'] ?? 0) > 0,
  ).length;
}

function momentOf(kind: FaultKind, trigger: PlannedFault['trigger']): string {
  if (kind === 'proc.double-crash') return 'again while it recovers';
  if (!trigger) return 'at any time';
  const order = trigger.order === 'before-forwarding' ? 'before it is passed on' : 'once passed on';
  return trigger.moment === 'request-sent'
    ? `whole request there, ${order}`
    : `first byte of a reply, ${order}`;
}

function countedCommands(log: CommandLog, firstCounted: number): CountedCommand[] {
  const commands: CountedCommand[] = [];
  for (let index = firstCounted; index < log.count; index += 1) {
    if (fateOf(log, index) === 'unknown') continue;
    commands.push({
      startMs: log.startMs[index]!,
      endMs: log.endMs[index]!,
      available: fateOf(log, index) === 'available',
      repeatable: log.unrepeatable[index] === 0,
      settled: log.settledMs[index]! - log.startMs[index]! <= EVENTUALLY_MS,
    });
  }
  return commands;
}

function countNotSent(log: CommandLog, firstCounted: number): number {
  let notSent = 0;
  for (let index = firstCounted; index < log.count; index += 1) {
    if (fateOf(log, index) === 'not-sent') notSent += 1;
  }
  return notSent;
}

/** Of both kinds of crash together: the implementation has to come back from either. */
function crashRecovery(
  windows: readonly FaultWindow[],
  commands: readonly CountedCommand[],
  timesOf: (windows: readonly FaultWindow[]) => RecoveryTimes | undefined,
): CampaignFigures['recovery'] {
  const isCrash = ({ fault }: FaultWindow): boolean =>
    fault === 'proc.kill9' || fault === 'proc.double-crash';
  const crashes = windows.filter(isCrash);
  const never = crashes.filter(({ healedMs }, index) => {
    const untilMs = crashes[index + 1]?.startMs ?? Infinity;
    return !commands.some(
      ({ available, startMs, endMs }) =>
        available && healedMs !== undefined && startMs >= healedMs && endMs < untilMs,
    );
  }).length;
  const times = timesOf(
    windows.map((window) =>
      isCrash(window) ? { ...window, fault: 'proc.kill9' as const } : window,
    ),
  );
  const none: RecoveryTimes = {
    recovered: 0,
    notSeen: 0,
    p50Ms: undefined,
    p99Ms: undefined,
    maxMs: undefined,
  };
  return { ...(times ?? none), never };
}

function explainer(
  windows: readonly FaultWindow[],
  boundMs: number,
): (command: ObservedOperation) => boolean {
  return ({ startMs, endMs }) =>
    windows.some(
      (window) => startMs <= (window.healedMs ?? Infinity) + boundMs && endMs >= window.startMs,
    );
}

function lagOf(log: CommandLog, firstCounted: number): CampaignFigures['sendLagMs'] {
  const lags = log.lagMs.slice(firstCounted).sort();
  const rank = (share: number): number =>
    lags[Math.max(0, Math.ceil(share * lags.length) - 1)] ?? 0;
  return { p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}
