/** All matches: those that run, which end with the process, and what is known of the others. */
import type { CreateMatch, MatchReport, Report } from '../../../spec/game/messages.d.ts';
import type { GameStore } from '../store/gameStore.ts';
import { Match } from './match.ts';
import { faultOf, parametersOf } from './parameters.ts';
import type { Parameters } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { reportKeeper } from './reportKeeper.ts';
import type { ReportKeeper } from './reportKeeper.ts';
import { phaseOf, tickLoop } from './tickLoop.ts';

export interface Matches {
  create(request: CreateMatch): MatchReport;
  /** Throws a refusal for one that is not running. */
  running(match: string): Match;
  /** Also of one that has ended. */
  shown(match: string): MatchReport;
  end(match: string): MatchReport;
  reports(match: string, player: string | undefined): Report[];
  /** Those that run are lost. */
  close(): void;
}

interface Running {
  readonly match: Match;
  readonly reports: ReportKeeper;
  /** Of a real-time match: its loop. */
  stop(): void;
}

export function matchesOver(store: GameStore): Matches {
  const running = new Map<string, Running>();
  let started = 0;

  /** Of a match that does not run: its end, or a refusal that says what became of it. */
  function endingOf(match: string): MatchReport {
    const kept = store.match(match);
    if (!kept) throw new Refusal('UNKNOWN_MATCH', `there is no match ${match}`);
    if (!kept.ending) throw new Refusal('MATCH_LOST', 'it ran when the process ended');
    return kept.ending;
  }

  function start(parameters: Parameters): Running {
    const { match: id, mode, tickRate, rules } = parameters;
    const reports = reportKeeper(id, rules.reportWindowTicks, store);
    const match = new Match(parameters, reports.add);
    if (mode === 'virtual') return { match, reports, stop: () => undefined };
    const stop = tickLoop(tickRate, phaseOf(started++), () => match.advance());
    return { match, reports, stop };
  }

  function shown(match: string): MatchReport {
    return running.get(match)?.match.shown('RUNNING') ?? endingOf(match);
  }

  return {
    create(request) {
      const parameters = parametersOf(request);
      const fault = faultOf(parameters);
      if (fault !== undefined) throw new Refusal('INVALID_REQUEST', fault);
      const { match } = parameters;
      const text = JSON.stringify(parameters);
      const kept = store.match(match);
      if (kept) {
        if (kept.parameters === text) return shown(match);
        throw new Refusal('MATCH_EXISTS', 'with other parameters');
      }
      stored(() => store.addMatch(match, text));
      running.set(match, start(parameters));
      return shown(match);
    },
    running(id) {
      const found = running.get(id);
      if (found) return found.match;
      endingOf(id);
      throw new Refusal('MATCH_ENDED', 'it is over');
    },
    shown,
    end(id) {
      const found = running.get(id);
      if (!found) return endingOf(id);
      const ending = found.match.shown('ENDED');
      stored(() => {
        found.reports.flush();
        store.endMatch(ending);
      });
      found.stop();
      found.match.end();
      running.delete(id);
      return ending;
    },
    reports: (match, player) => store.reports(match, player),
    close() {
      for (const { stop } of running.values()) stop();
      running.clear();
    },
  };
}

function stored(write: () => void): void {
  try {
    write();
  } catch (error) {
    console.error(error);
    throw new Refusal('STORE_UNAVAILABLE', 'it cannot be written');
  }
}
