import { expect, test } from 'vitest';
import type { AuditPage, ExecutionReport, StateHash } from '../../spec/trading/messages.d.ts';
import { seededCommands } from './seededCommands.ts';
import type { SeededCommand } from './seededCommands.ts';
import { openTestVenue } from './testVenue.ts';

/** Sent together, so that with shards there is something to be mixed up. */
const BURST = 40;

const SEED = 7;
const COMMANDS = 3000;

/** Of the orders that rested, those that are likely to rest still. */
const RECENT = 60;

type Run = Awaited<ReturnType<typeof carryOut>>;

/** Bursts of commands, each made when the replies of the one before are known. */
type NextBurst = (at: number, opened: readonly ExecutionReport[]) => SeededCommand[];

async function carryOut(next: NextBurst, shards: number) {
  const venue = await openTestVenue({ shards });
  const opened: ExecutionReport[] = [];
  const sent: SeededCommand[][] = [];
  try {
    for (let at = 0; at < COMMANDS; at += BURST) {
      const burst = next(at, opened);
      sent.push(burst);
      // Refusals are as good as reports here: both are journaled.
      const replies = await Promise.allSettled(
        burst.map(({ operation, input }) => venue.ok<ExecutionReport>(operation, input)),
      );
      for (const reply of replies) {
        if (reply.status === 'fulfilled' && reply.value.leavesQty > 0) opened.push(reply.value);
      }
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
    return { sent, stateHash: state.stateHash, recovered: again.stateHash, hashes };
  } finally {
    await venue.close();
  }
}

/** Cancels and replaces of one of the last orders that rested, mostly by who owns it. */
function aimed(
  { operation, input }: SeededCommand,
  opened: readonly ExecutionReport[],
): SeededCommand {
  const { orderId } = input as { orderId?: string };
  const recent = opened.slice(-RECENT);
  if (orderId === undefined || recent.length === 0) return { operation, input };
  const target = recent[Number(orderId.slice(1)) % recent.length]!;
  return { operation, input: { ...input, orderId: target.orderId, account: target.account } };
}

test(`commands matched in two worker threads end exactly as one by one in auditSeq order (seed ${SEED})`, async () => {
  const commands = seededCommands(SEED, COMMANDS);
  const alone: Run = await carryOut(
    (at, opened) => commands.slice(at, at + BURST).map((command) => aimed(command, opened)),
    0,
  );
  const sharded = await carryOut((at) => alone.sent[at / BURST]!, 2);
  expect(alone.hashes.length).toBeGreaterThan(COMMANDS * 0.9);
  expect(sharded.hashes).toEqual(alone.hashes);
  expect(sharded.stateHash).toBe(alone.stateHash);
  expect([alone.recovered, sharded.recovered]).toEqual([alone.stateHash, alone.stateHash]);
});
