import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type {
  AuditPage,
  Book,
  ExecutionReport,
  Positions,
  StateHash,
} from '../../spec/trading/messages.d.ts';
import { temporaryDir } from '../kit/temporaryDir.ts';
import { seededCommands } from './seededCommands.ts';
import { startVenue } from './testProcess.ts';
import type { VenueProcess } from './testProcess.ts';
import { LIMITS, SYMBOL } from './testVenue.ts';
import { openTrading } from './tradingService.ts';

/** Ten with CASEMARK_TEST_ALL=1. */
const KILLS = process.env['CASEMARK_TEST_ALL'] === undefined ? 5 : 10;
const CLIENTS = 8;
/** Bounds a client that would otherwise send until it is killed. */
const MAX_ORDERS_PER_CLIENT = 500;

const output = <T>(answer: object) => (answer as { output: T }).output;

async function auditOf(venue: VenueProcess) {
  const events: AuditPage['events'] = [];
  for (let next: number | null = 1; next !== null;) {
    const page: AuditPage = output(await venue.call('listAudit', { fromSeq: next }));
    events.push(...page.events);
    next = page.nextFromSeq;
  }
  return events;
}

/** Sends orders until the connection breaks; what was acknowledged goes into `acknowledged`. */
async function trade(
  venue: VenueProcess,
  name: string,
  acknowledged: Map<string, ExecutionReport>,
): Promise<void> {
  for (let index = 0; index < MAX_ORDERS_PER_CLIENT; index++) {
    const order = {
      clOrdId: `${name}-${index}`,
      account: index % 2 === 0 ? 'ann' : 'bob',
      symbol: 'ACME',
      side: index % 2 === 0 ? 'BUY' : 'SELL',
      type: 'LIMIT',
      priceE4: 1_000_000 + (index % 5) * 100,
      qty: 1 + (index % 3),
    };
    try {
      const report = output<ExecutionReport>(await venue.call('submitOrder', order));
      acknowledged.set(`${order.account} ${order.clOrdId}`, report);
    } catch {
      return;
    }
  }
}

test(`after each of ${KILLS} kills under load everything acknowledged is there, and the views agree`, async () => {
  const dir = temporaryDir();
  const acknowledged = new Map<string, ExecutionReport>();
  let venue = await startVenue(dir.path);
  await venue.call('putSymbol', SYMBOL);
  for (const account of ['ann', 'bob']) {
    await venue.call('putLimits', { account, ...LIMITS, maxOpenOrders: 1e6, maxOrdersPerSec: 1e6 });
  }
  let lastAuditSeq = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const clients = Array.from({ length: CLIENTS }, (_, client) =>
      trade(venue, `k${kill}-${client}`, acknowledged),
    );
    // Each time a little later in the load.
    const enough = acknowledged.size + CLIENTS * (1 + kill);
    await expect.poll(() => acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(enough);
    await venue.kill();
    await Promise.all(clients);
    venue = await startVenue(dir.path);
    const events = await auditOf(venue);
    const journaled = new Map(events.map((event) => [event.auditSeq, event.output]));
    for (const report of acknowledged.values()) {
      expect({ ...journaled.get(report.auditSeq!), latencyNs: report.latencyNs }).toEqual(report);
    }
    expect(events.map(({ auditSeq }) => auditSeq)).toEqual(events.map((_, index) => index + 1));
    expect(events.length).toBeGreaterThanOrEqual(lastAuditSeq);
    lastAuditSeq = events.length;
    const book = output<Book>(await venue.call('getBook', { symbol: 'ACME', depth: 100 }));
    const positions = await Promise.all(
      ['ann', 'bob'].map(async (account) =>
        output<Positions>(await venue.call('getPositions', { account })),
      ),
    );
    const [ann, bob] = positions.map((reply) => reply.positions[0]!);
    expect(ann!.netQty + bob!.netQty).toBe(0);
    const resting = (levels: Book['bids']) => levels.reduce((sum, { qty }) => sum + qty, 0);
    expect(resting(book.bids)).toBe(ann!.openBuyQty + bob!.openBuyQty);
    expect(resting(book.asks)).toBe(ann!.openSellQty + bob!.openSellQty);
  }
  const [[key, original]] = [...acknowledged] as [[string, ExecutionReport]];
  const [account, clOrdId] = key.split(' ');
  expect(
    output(await venue.call('getOrder', { account: account!, clOrdId: clOrdId! })),
  ).toMatchObject({
    orderId: original.orderId,
  });
  expect(acknowledged.size).toBeGreaterThan(KILLS * CLIENTS);
  await venue.kill();
  dir.remove();
}, 120_000);

test('a journal that was tampered with is refused at the start, with the event and what to do', async () => {
  const dir = temporaryDir();
  const options = {
    dataDir: dir.path,
    clockMs: 0,
    testMode: 'on',
    durability: 'D1',
    shards: 0,
  } as const;
  const { service } = await openTrading(options);
  for (const { operation, input } of seededCommands(1, 50)) await service.call(operation, input);
  await service.close();
  const db = new Database(join(dir.path, 'journal.db'));
  db.exec('DROP TRIGGER audit_keeps');
  db.exec(`UPDATE audit SET body = replace(body, '"qty":1', '"qty":9')`);
  db.close();
  await expect(openTrading(options)).rejects.toThrow(
    /audit event \d+ does not fit its hash.*restore/,
  );
  dir.remove();
});

test('a journal that was written by other rules is refused at the start', async () => {
  const dir = temporaryDir();
  const options = {
    dataDir: dir.path,
    clockMs: 0,
    testMode: 'on',
    durability: 'D1',
    shards: 0,
  } as const;
  const { openAuditJournal } = await import('../kit/auditJournal.ts');
  const { canonicalJson } = await import('../kit/canonicalJson.ts');
  const journal = openAuditJournal(dir.path, 'D1');
  const output = { symbol: 'ACME', state: 'HALTED', seq: 0, referencePriceE4: 1, auditSeq: 1 };
  const event = { auditSeq: 1, timeMs: 0, operation: 'putSymbol', account: null, symbol: 'ACME' };
  journal.append([canonicalJson({ ...event, input: SYMBOL, output })]);
  journal.close();
  await expect(openTrading(options)).rejects.toThrow('does not come out as it was journaled');
  dir.remove();
});

test('the state after a restart is that of the same commands without one', async () => {
  const dirs = [temporaryDir(), temporaryDir()];
  const hashes: string[] = [];
  for (const [index, dir] of dirs.entries()) {
    const options = {
      dataDir: dir.path,
      clockMs: 0,
      testMode: 'on',
      durability: 'D2',
      shards: 0,
    } as const;
    let { service } = await openTrading(options);
    for (const [at, { operation, input }] of seededCommands(5, 400).entries()) {
      if (index === 1 && at % 100 === 50) {
        await service.close();
        ({ service } = await openTrading(options));
      }
      await service.call(operation, input);
    }
    hashes.push(output<StateHash>(await service.call('getStateHash', {})).stateHash);
    await service.close();
    dir.remove();
  }
  expect(hashes[1]).toBe(hashes[0]);
});
