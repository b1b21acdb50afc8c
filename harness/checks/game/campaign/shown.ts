/** What a campaign's replies have shown of each match. */
import type { CreateMatch, Report, Reports } from '../../../../spec/game/messages.d.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import type { Json, JsonObject } from '../../../target/target.ts';

/** A reply that says how far a match is, or that it is lost. */
export interface Moment {
  readonly operation: string;
  /** Of the whole history, as in history.ts. */
  readonly callEvent: number;
  readonly returnEvent: number;
  readonly tick: number | 'lost';
}

export interface ShownMatch {
  readonly match: string;
  readonly created: CreateMatch;
  /** In the order of their replies. */
  readonly moments: readonly Moment[];
  /** Whether anybody has asked for its end. */
  readonly isEnded: boolean;
  readonly reports: readonly Report[];
}

/** Matches whose creation was answered, or was found when it was looked for. */
export function shownMatches(operations: readonly HistoryOperation[]): ShownMatch[] {
  const byMatch = Map.groupBy(operations, ({ input }) => String(input['match']));
  return [...byMatch].flatMap(([match, all]) => {
    const made = all.find(
      ({ operation, outcome }) => operation === 'createMatch' && outcome === 'ok',
    );
    if (!made) return [];
    const moments = all.flatMap(momentOf).sort((one, other) => one.returnEvent - other.returnEvent);
    return {
      ...{ match, moments, created: made.input as unknown as CreateMatch },
      isEnded: all.some(({ operation }) => operation === 'endMatch'),
      reports: all.flatMap(reportsOf),
    };
  });
}

function momentOf(each: HistoryOperation): Moment[] {
  const { operation, outcome, output, error, callEvent, returnEvent } = each;
  if (returnEvent === undefined) return [];
  if (outcome === 'fail' && error === 'MATCH_LOST') {
    return [{ operation, callEvent, returnEvent, tick: 'lost' }];
  }
  // What was found later has no reply; a state of a named tick says nothing of the newest.
  const isOfNewest = operation === 'stepMatch' || operation === 'getMatch';
  if (outcome !== 'ok' || !isOfNewest) return [];
  const tick = memberOf(output, 'tick');
  return typeof tick === 'number' ? [{ operation, callEvent, returnEvent, tick }] : [];
}

function reportsOf({ operation, outcome, output }: HistoryOperation): readonly Report[] {
  if (operation !== 'listReports' || outcome !== 'ok' || output === undefined) return [];
  return (output as unknown as Reports).reports;
}

function memberOf(output: Json | undefined, member: string): Json | undefined {
  return typeof output === 'object' && output !== null ? (output as JsonObject)[member] : undefined;
}
