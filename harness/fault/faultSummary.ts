/** What a campaign has shown of each kind of fault: pure functions of its plan and its events. */
import type { FaultEvent } from './faultEvent.ts';
import type { FaultKind, FaultLevel } from './faultKind.ts';
import { deepest, levelOf } from './faultKind.ts';
import type { PlannedFault } from './faultSchedule.ts';

export interface KindSummary {
  readonly kind: FaultKind;
  readonly level: FaultLevel;
  readonly planned: number;
  readonly installed: number;
  readonly skipped: number;
  readonly indeterminate: number;
  /** Of those installed, seen to be over. */
  readonly verified: number;
  /** `could-not-run`: it tested nothing, so nothing that depends on it may pass. */
  readonly verdict: 'evidenced' | 'could-not-run';
  readonly why: string;
}

export interface FaultSummary {
  readonly kinds: readonly KindSummary[];
  /** Kills that are proved, one by one. */
  readonly kills: number;
  readonly levelReached: FaultLevel | undefined;
}

/**
 * @param operationsInside how many operations overlapped the windows of each kind, where that is known: a fault that nobody met has
 * tested nothing
 */
export function summariseFaults(
  planned: readonly PlannedFault[],
  events: readonly FaultEvent[],
  operationsInside?: ReadonlyMap<FaultKind, number>,
): FaultSummary {
  const byId = Map.groupBy(events, ({ id }) => id);
  const kinds = new Map<FaultKind, string[]>();
  for (const { id, action } of planned)
    kinds.set(action.kind, [...(kinds.get(action.kind) ?? []), id]);
  const summaries = [...kinds].map(([kind, ids]) =>
    summariseKind(
      kind,
      ids.map((id) => byId.get(id) ?? []),
      operationsInside?.get(kind) ?? (operationsInside && 0),
    ),
  );
  return {
    kinds: summaries,
    kills: events.reduce((sum, event) => sum + killsOf(event), 0),
    levelReached: deepest(
      summaries.filter(({ installed }) => installed > 0).map(({ level }) => level),
    ),
  };
}

/** A double crash that came too late has killed twice all the same. */
function killsOf({ phase, evidence }: FaultEvent): number {
  return phase === 'observed' || phase === 'indeterminate'
    ? Number(evidence.facts['kills'] ?? 0)
    : 0;
}

function summariseKind(
  kind: FaultKind,
  faults: readonly (readonly FaultEvent[])[],
  operationsInside: number | undefined,
): KindSummary {
  let installed = 0;
  let skipped = 0;
  let verified = 0;
  const reasons = new Set<string>();
  for (const events of faults) {
    const has = (phase: FaultEvent['phase']): boolean =>
      events.some((event) => event.phase === phase);
    if (has('observed')) {
      installed += 1;
      if (has('verified')) verified += 1;
      continue;
    }
    if (has('skipped') || events.length === 0) skipped += 1;
    const last = events.findLast(({ phase }) => phase === 'skipped' || phase === 'indeterminate');
    reasons.add(last?.evidence.why ?? 'it was not reached');
  }
  const planned = faults.length;
  const why =
    installed === 0
      ? `none of ${planned} was seen to bite: ${[...reasons].join('; ')}`
      : operationsInside === 0
        ? `${installed} of ${planned} were seen to bite, but no operation was under way then`
        : `${installed} of ${planned} were seen to bite`;
  return {
    kind,
    level: levelOf(kind),
    planned,
    installed,
    skipped,
    indeterminate: planned - installed - skipped,
    verified,
    verdict: installed === 0 || operationsInside === 0 ? 'could-not-run' : 'evidenced',
    why,
  };
}
