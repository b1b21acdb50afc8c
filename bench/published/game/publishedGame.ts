/** The published game behind the operations of the case. What the design has no word of is not offered, unless it is read kindly. */
import { createHash } from 'node:crypto';
import type {
  CreateMatch,
  JoinMatch,
  PlayRequest,
  Report,
  SendInput,
  ServerMessage,
  State,
  StepMatch,
  TickRequest,
} from '../../../spec/game/messages.d.ts';
import { allRules } from './defaultRules.ts';
import { publishedMatch } from './publishedMatch.ts';
import type { PublishedMatch, Reading } from './publishedMatch.ts';
import type { GameState } from './gameState.ts';

type Code = 'NOT_SUPPORTED' | 'UNKNOWN_MATCH' | 'NOT_IN_MATCH' | 'UNKNOWN_TICK' | 'TICK_GONE';
type Answer = { output: object } | { problem: { code: Code } };

const problem = (code: Code) => ({ problem: { code } });

export function publishedGame(reading: Reading) {
  const matches = new Map<string, PublishedMatch>();
  const timers: NodeJS.Timeout[] = [];

  const createMatch = (request: CreateMatch): Answer => {
    const match =
      matches.get(request.match) ?? publishedMatch(request, allRules(request.rules), reading);
    if (!matches.has(request.match) && reading === 'kind' && request.mode === 'real-time') {
      const tick = () => void match.stepTo(match.newest().tick + 1);
      timers.push(setInterval(tick, 1_000 / (request.tickRate ?? 30)));
    }
    matches.set(request.match, match);
    return { output: match.report() };
  };

  const onMatch = async (
    operation: string,
    match: PublishedMatch,
    input: unknown,
  ): Promise<Answer> => {
    const { match: id } = input as { match: string };
    switch (operation) {
      case 'getMatch':
        return { output: match.report() };
      case 'joinMatch': {
        const { player } = input as JoinMatch;
        return { output: { match: id, player, token: match.join(input as JoinMatch) } };
      }
      case 'sendInput': {
        const { player, token, commands } = input as SendInput;
        if (!match.isIn(player, token)) return problem('NOT_IN_MATCH');
        match.hear(player, commands);
        return { output: { match: id, player, received: commands.length } };
      }
      case 'getState':
        return stateOf(match, input as TickRequest, (state) => ({ match: id, state }));
      case 'listReports':
        return { output: { reports: reportsOf(match, id, reading, input) } };
    }
    if (reading === 'literal') return problem('NOT_SUPPORTED');
    switch (operation) {
      case 'stepMatch':
        await match.stepTo((input as StepMatch).toTick);
        return { output: { match: id, tick: match.newest().tick } };
      case 'getStateHash':
        return stateOf(match, input as TickRequest, (state) => ({
          match: id,
          tick: state.tick,
          sha256: createHash('sha256').update(sortedJson(state)).digest('hex'),
        }));
      default:
        return problem('NOT_SUPPORTED');
    }
  };

  return {
    call: async (operation: string, input: unknown): Promise<Answer> => {
      if (operation === 'createMatch') return createMatch(input as CreateMatch);
      const match = matches.get((input as { match: string }).match);
      return match ? onMatch(operation, match, input) : problem('UNKNOWN_MATCH');
    },
    subscribe: async (
      _stream: string,
      input: unknown,
      onMessage: (message: ServerMessage) => void,
    ) => {
      const request = input as PlayRequest;
      const match = matches.get(request.match);
      if (!match) return problem('UNKNOWN_MATCH');
      if (!match.isIn(request.player, request.token)) return problem('NOT_IN_MATCH');
      return match.open(request, onMessage);
    },
    close: async (): Promise<void> => timers.forEach((timer) => clearInterval(timer)),
  };
}

function stateOf(
  match: PublishedMatch,
  { tick = match.newest().tick }: TickRequest,
  outputOf: (state: State) => object,
): Answer {
  if (tick > match.newest().tick) return problem('UNKNOWN_TICK');
  const state = match.stateAt(tick);
  return state ? { output: outputOf(told(state)) } : problem('TICK_GONE');
}

function told({ tick, players, items }: GameState): State {
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  return { tick, players: [...players.values()].sort(byId), items: [...items.values()].sort(byId) };
}

function sortedJson(state: State): string {
  return JSON.stringify(state, (_name, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** One for each time, as ReportSuspiciousActivity is called. It has no evidence; read kindly there is one that says nothing. */
function reportsOf(match: PublishedMatch, id: string, reading: Reading, input: unknown): Report[] {
  const { player: asked } = input as { player?: string };
  return match.reports
    .map(({ playerId, reason, code, tick, seq }, index) => ({
      reportId: `suspicious-${index}`,
      match: id,
      player: playerId,
      kind: reason,
      code,
      fromTick: tick,
      toTick: tick,
      count: 1,
      evidence: reading === 'kind' ? [{ tick, seq, value: 0, limit: 0 }] : [],
    }))
    .filter(({ player }) => asked === undefined || player === asked);
}
