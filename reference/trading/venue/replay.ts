/** Rebuilds the state from the journal: every command again, at its time, through the same code as the first time. */
import type { AuditJournal } from '../../kit/auditJournal.ts';
import { auditBody } from './auditEvent.ts';
import type { AuditRecord } from './auditEvent.ts';
import { reachDeadlines } from './breakerDeadlines.ts';
import { commands } from './commands/commands.ts';
import type { Command, Finished, Venue } from './program.ts';
import type { ShardPool } from './shardPool.ts';

/**
 * Into `venue.state`, which must be empty; answers the time of the last event (0 without any). Waits only for shards that
 * have to be waited for. Throws when an event does not fit its chain, or does not come out as it was journaled.
 */
export async function replay(
  journal: AuditJournal,
  venue: Venue,
  shards: ShardPool,
): Promise<number> {
  let lastTimeMs = 0;
  for (const { seq, body } of journal.verified()) {
    const { operation, input, timeMs } = JSON.parse(body) as AuditRecord;
    const command: Command = { operation, input, nowMs: timeMs, auditSeq: seq };
    reachDeadlines(venue.state, timeMs);
    const finished = await carryOut(venue, shards, command);
    if (finished.kind !== 'event' || auditBody(command, finished) !== body) {
      throw new Error(
        `audit event ${seq} (${operation}) does not come out as it was journaled: this version of the venue decides otherwise than the one that wrote the journal. Start that version, or an empty data directory.`,
      );
    }
    lastTimeMs = timeMs;
    // Whoever was to hear of it has heard.
    venue.state.outbox = [];
  }
  return lastTimeMs;
}

async function carryOut(venue: Venue, shards: ShardPool, command: Command): Promise<Finished> {
  const program = commands.get(command.operation)!(venue, command);
  let step = program.next();
  while (!step.done) {
    const result = shards.run(step.value);
    step = program.next(result instanceof Promise ? await result : result);
  }
  return step.value;
}
