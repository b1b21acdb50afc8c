/**
 * Plays a planned campaign: its phases one after the other, its faults at their times, each healed and verified before the next of its
 * track. Whatever goes wrong on the way is told and does not take away what is known by then.
 */
import { evidence } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { OVERRUN } from './campaignStarts.ts';
import type { FaultEvent } from './faultEvent.ts';
import type { FaultProfile, PhaseName } from './faultFile.ts';
import type { PlannedFault } from './faultSchedule.ts';
import { bringUp, verifyHealed, within } from './faultTools.ts';
import type { FaultTools } from './faultTools.ts';
import { playFault } from './playFault.ts';

export interface FaultRunOptions {
  readonly profile: FaultProfile;
  /** Of planFaults. */
  readonly planned: readonly PlannedFault[];
  readonly tools: FaultTools;
  /** What the caller does when a phase begins: start and stop its load. Waited for, within the phase's bound. */
  readonly onPhase: (name: PhaseName) => Promise<void> | void;
  /** Asks what became of the requests without a reply. */
  readonly resolve: () => Promise<void>;
  readonly finalReads: () => Promise<void>;
  readonly onEvent: (event: FaultEvent) => void;
}

export interface PlayedPhase {
  readonly name: PhaseName;
  readonly startMs: number;
  readonly endMs: number;
  /** What did not come to its end, or failed. */
  readonly problem?: string;
}

export interface FaultRun {
  readonly phases: readonly PlayedPhase[];
  readonly events: readonly FaultEvent[];
  /** Whether all worked again after the last fault. */
  readonly healed: Evidence;
}

/** The caller's own work at the beginning of a phase: starting or stopping a load. */
const MAX_ON_PHASE_MS = 10_000;

export async function runFaultSchedule(options: FaultRunOptions): Promise<FaultRun> {
  const { profile, planned, tools } = options;
  const { clock } = tools;
  const events: FaultEvent[] = [];
  const phases: PlayedPhase[] = [];
  const onEvent = (event: FaultEvent): void => {
    events.push(event);
    options.onEvent(event);
  };
  let healed = evidence('indeterminate', 'the campaign did not get so far');

  /** Never rejects: a phase that fails is followed by the next. */
  const play = async (name: PhaseName, work: () => Promise<void>): Promise<void> => {
    const startMs = clock.nowMs();
    let problem: string | undefined;
    try {
      const began = Promise.resolve().then(() => options.onPhase(name));
      await within(clock, MAX_ON_PHASE_MS, `the beginning of ${name}`, began);
      await work();
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    const endMs = clock.nowMs();
    phases.push({ name, startMs, endMs, ...(problem !== undefined && { problem }) });
  };

  const [warmUp, steady, , heal, quiesce, resolve, finalReads] = profile.phases;
  await play('warm-up', () => clock.sleep(warmUp.s * 1000));
  await play('steady', () => clock.sleep(steady.s * 1000));
  await play('faults', () => playFaults(profile, planned, tools, onEvent));
  await play('heal', async () => {
    const timeoutMs = heal.timeoutS * 1000;
    await within(clock, timeoutMs, 'the restart', bringUp(tools)).catch(() => undefined);
    healed = await verifyHealed(tools, timeoutMs);
    if (healed.bite !== 'installed') throw new Error(healed.why);
  });
  await play('quiesce', () => clock.sleep(quiesce.s * 1000));
  const { timeoutS } = resolve;
  await play('resolve', () => within(clock, timeoutS * 1000, 'resolving', options.resolve()));
  await play('final-reads', () =>
    within(clock, finalReads.timeoutS * 1000, 'the final reads', options.finalReads()),
  );
  return { phases, events, healed };
}

async function playFaults(
  profile: FaultProfile,
  planned: readonly PlannedFault[],
  tools: FaultTools,
  onEvent: (event: FaultEvent) => void,
): Promise<void> {
  const { clock } = tools;
  const phase = profile.phases[2];
  const startMs = clock.nowMs();
  const endMs = startMs + phase.s * 1000;
  const latestMs = endMs + OVERRUN * phase.s * 1000;

  const playOne = async (fault: PlannedFault): Promise<void> => {
    const { id, level, action } = fault;
    const tell = (phaseOfIt: FaultEvent['phase'], found: Evidence): void =>
      onEvent({
        id,
        fault: action.kind,
        level,
        phase: phaseOfIt,
        atMs: clock.nowMs(),
        evidence: found,
      });
    if (clock.nowMs() >= latestMs) {
      tell(
        'skipped',
        evidence('skipped', 'the phase was over: recoveries took longer than planned'),
      );
      return;
    }
    try {
      await playFault(fault, tools, phase.verifyTimeoutMs, tell);
    } catch (error) {
      tell('indeterminate', evidence('indeterminate', (error as Error).message));
    }
  };

  const tracks = Map.groupBy(planned, ({ track }) => track);
  await Promise.all(
    [...tracks.values()].map(async (track) => {
      let healthyFromMs = startMs;
      for (const fault of track) {
        const dueMs = Math.max(startMs + fault.atMs, healthyFromMs);
        await clock.sleep(Math.max(0, Math.min(dueMs, latestMs) - clock.nowMs()));
        await playOne(fault);
        healthyFromMs = clock.nowMs() + phase.minHealthyMs;
      }
    }),
  );
  await clock.sleep(Math.max(0, endMs - clock.nowMs()));
}
