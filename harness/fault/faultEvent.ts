/** What happened with one fault, as it goes into the history. */
import type { Evidence } from './evidence.ts';
import type { FaultKind, FaultLevel } from './faultKind.ts';

/**
 * `injected`: the harness began it. `observed`: it was seen to bite. `healed`: the harness took it back (for a killed process: told it
 * to start). `verified`: an operation succeeded after that. `skipped`: it did not touch anything, or cannot be done here.
 * `indeterminate`: nothing tells whether it bit, or (after `healed`) whether all is well again.
 */
export type FaultPhase =
  'injected' | 'observed' | 'healed' | 'verified' | 'indeterminate' | 'skipped';

export interface FaultEvent {
  /** The planned fault's. */
  readonly id: string;
  readonly fault: FaultKind;
  readonly level: FaultLevel;
  readonly phase: FaultPhase;
  /** By the clock of the run. */
  readonly atMs: number;
  readonly evidence: Evidence;
}

/** A time during which a fault was there. */
export interface FaultWindow {
  readonly id: string;
  readonly fault: FaultKind;
  readonly startMs: number;
  /** Undefined when it was never taken back. */
  readonly healedMs: number | undefined;
}

/** Of the faults that bit, or may have: what was skipped has changed nothing. */
export function faultWindows(events: readonly FaultEvent[]): FaultWindow[] {
  const windows = new Map<string, { -readonly [K in keyof FaultWindow]: FaultWindow[K] }>();
  for (const { id, fault, phase, atMs } of events) {
    switch (phase) {
      case 'injected':
        windows.set(id, { id, fault, startMs: atMs, healedMs: undefined });
        break;
      case 'healed': {
        const window = windows.get(id);
        if (window) window.healedMs ??= atMs;
        break;
      }
      case 'skipped':
        windows.delete(id);
        break;
      case 'observed':
      case 'verified':
      case 'indeterminate':
        break;
    }
  }
  return [...windows.values()].sort((a, b) => a.startMs - b.startMs);
}
