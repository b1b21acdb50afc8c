import { expect, test } from 'vitest';
import type { AuditPage, StateHash } from '../../spec/trading/messages.d.ts';
import { seededCommands } from './seededCommands.ts';
import type { SeededCommand } from './seededCommands.ts';
import { openTestVenue } from './testVenue.ts';

/** Sent together, so that with shards there is something to be mixed up. */
const BURST = 40;

const SEED = 7;

async function carryOut(commands: SeededCommand[], shards: number) {
  const venue = await openTestVenue({ shards });
  try {
    for (let at = 0; at < commands.length; at += BURST) {
      const burst = commands.slice(at, at + BURST);
      // Refusals are as good as reports here: both are journaled.
      await Promise.allSettled(burst.map(({ operation, input }) => venue.ok(operation, input)));
      await venue.ok('setClock', { nowMs: 1_000_000 + at });
    }
    const state = await venue.ok<StateHash>('getStateHash', {});
    const hashes: string[] = [];
    for (let next: number | null = 1; next !== null;) {
      const page: AuditPage = await venue.ok('listAudit', { fromSeq: next });
      hashes.push(...page.events.map(({ hash }) => hash));
      next = page.nextFromSeq;
    }
    await venue.reopen();
    const again = await venue.ok<StateHash>('getStateHash', {});
    return { stateHash: state.stateHash, recovered: again.stateHash, hashes };
  } finally {
    await venue.close();
  }
}

test(`commands matched in two worker threads end exactly as one by one in auditSeq order (seed ${SEED})`, async () => {
  const commands = seededCommands(SEED, 2000);
  const alone = await carryOut(commands, 0);
  const sharded = await carryOut(commands, 2);
  expect(sharded.hashes.length).toBeGreaterThan(1500);
  expect(sharded.hashes).toEqual(alone.hashes);
  expect(sharded.stateHash).toBe(alone.stateHash);
  expect([alone.recovered, sharded.recovered]).toEqual([alone.stateHash, alone.stateHash]);
});
