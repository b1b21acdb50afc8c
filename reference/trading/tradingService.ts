/** The venue as the contract's service: files, clock and threads are joined to it here, and only here. */
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import type { Durability } from '../kit/sqliteFile.ts';
import { openAuditJournal } from '../kit/auditJournal.ts';
import { frozenClock, systemClock } from '../kit/clock.ts';
import type { Contract } from '../kit/contract.ts';
import { loadContract } from '../kit/contract.ts';
import type { Service } from '../kit/service.ts';
import { validated } from '../kit/validated.ts';
import type { FeedRequest, SetClock } from '../../spec/trading/messages.d.ts';
import { commands } from './venue/commands/commands.ts';
import { localShards } from './venue/localShards.ts';
import { reads } from './venue/reads.ts';
import { openVenue } from './venue/venue.ts';
import { workerShards } from './venue/workerShards.ts';
import { watchDeadlines } from './watchDeadlines.ts';

export interface TradingOptions {
  readonly dataDir: string;
  /** Where the clock begins in test mode; a data directory that has seen a later time keeps that. */
  readonly clockMs: number;
  /** on: the clock is frozen, and the control operations are there. */
  readonly testMode: 'on' | 'off';
  readonly durability: Durability;
  /** Worker threads that match; 0 matches in the sequencer's own. */
  readonly shards: number;
}

export const CASE_DIR = join(import.meta.dirname, '../../spec/trading');

/** Where the journal keeps a clock that was moved after the last event: it must not go back after a restart. */
const CLOCK_KEY = 'clockMs';

/**
 * Opens the data directory and replays its journal. Rejects when another process has it open, when the journal is corrupt,
 * and when it does not replay; the message says what to do.
 */
export async function openTrading(
  options: TradingOptions,
): Promise<{ service: Service; contract: Contract }> {
  const contract = loadContract(CASE_DIR, options.testMode);
  const journal = openAuditJournal(options.dataDir, options.durability);
  const lastEvent = journal.read(journal.lastSeq, 1)[0];
  const notBeforeMs = Math.max(
    Number(journal.getMeta(CLOCK_KEY) ?? 0),
    lastEvent ? (JSON.parse(lastEvent.body) as { timeMs: number }).timeMs : 0,
  );
  const clock =
    options.testMode === 'on'
      ? frozenClock(Math.max(options.clockMs, notBeforeMs))
      : systemClock(notBeforeMs);
  const venue = await openVenue({
    journal,
    clock,
    nowNs: () => performance.now() * 1e6,
    startShards: () => (options.shards === 0 ? localShards() : workerShards(options.shards)),
    problem: contract.problem,
  }).catch((error: unknown) => {
    journal.close();
    throw error;
  });
  const stopWatching = options.testMode === 'on' ? () => undefined : watchDeadlines(venue, clock);

  let isOpen = true;
  const service: Service = {
    call(operation, given) {
      const input = given as object;
      const read = reads.get(operation);
      if (read) return venue.read((view) => read(view, input));
      if (commands.has(operation)) return venue.command(operation, input);
      return venue.read(() => setClock(input as SetClock));
    },
    subscribe: (_stream, input, onMessage) => venue.subscribe(input as FeedRequest, onMessage),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      stopWatching();
      await venue.close();
      journal.close();
    },
  };

  function setClock({ nowMs }: SetClock) {
    if (!clock.moveTo(nowMs)) {
      return { problem: contract.problem('CLOCK_BACKWARDS', `it is ${clock.nowMs()} already`) };
    }
    try {
      journal.setMeta(CLOCK_KEY, String(nowMs));
    } catch (error) {
      // The clock has moved all the same; the next event that can be written carries it.
      console.error(error);
    }
    return { output: { nowMs } };
  }

  return { service: validated(service, contract), contract };
}
