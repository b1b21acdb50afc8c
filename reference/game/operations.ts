/** The operations of the contract, each with what carries it out. Refusals are thrown. */
import type {
  CreateMatch,
  GetReplay,
  InputReceipt,
  JoinMatch,
  JoinReport,
  ListReports,
  MatchReport,
  MatchRequest,
  Metrics,
  Replay,
  Reports,
  SendInput,
  StateHash,
  StateReport,
  StepMatch,
  StepReport,
  TickRequest,
} from '../../spec/game/messages.d.ts';
import type { Matches } from './matches/matches.ts';
import { Refusal } from './matches/refusal.ts';

/** The input has the shape that the contract gives the operation. */
export type Operation = (matches: Matches, input: never) => object | Promise<object>;

export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['createMatch', (matches, input: CreateMatch): MatchReport => matches.create(input)],
  ['getMatch', (matches, { match }: MatchRequest): MatchReport => matches.shown(match)],
  ['joinMatch', joinMatch],
  ['sendInput', sendInput],
  ['stepMatch', stepMatch],
  ['endMatch', (matches, { match }: MatchRequest): MatchReport => matches.end(match)],
  ['getState', getState],
  ['getStateHash', getStateHash],
  ['getReplay', getReplay],
  ['getMetrics', getMetrics],
  ['listReports', listReports],
]);

function joinMatch(matches: Matches, { match, player, spawn }: JoinMatch): JoinReport {
  return { match, player, token: matches.running(match).join(player, spawn) };
}

function sendInput(matches: Matches, input: SendInput): InputReceipt {
  const { match, player, token, commands } = input;
  matches.running(match).sendInput(player, token, commands);
  return { match, player, received: commands.length };
}

async function stepMatch(matches: Matches, { match, toTick }: StepMatch): Promise<StepReport> {
  const running = matches.running(match);
  if (running.parameters.mode !== 'virtual') {
    throw new Refusal('NOT_VIRTUAL', 'it advances by itself');
  }
  return { match, tick: await running.stepTo(toTick) };
}

function getState(matches: Matches, { match, tick }: TickRequest): StateReport {
  return { match, state: matches.running(match).state(tick) };
}

function getStateHash(matches: Matches, { match, tick }: TickRequest): StateHash {
  return { match, ...matches.running(match).stateHash(tick) };
}

function getReplay(matches: Matches, { match, fromTick, limit }: GetReplay): Replay {
  return { match, ...matches.running(match).replay(fromTick, limit) };
}

function getMetrics(matches: Matches, { match }: MatchRequest): Metrics {
  return { match, ...matches.running(match).metrics() };
}

function listReports(matches: Matches, { match, player }: ListReports): Reports {
  return { reports: matches.reports(match, player) };
}
