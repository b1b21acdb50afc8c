/** The event store: a payment's events appended, written together, and folded again after a restart. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { commitQueue } from '../../../reference/kit/commitQueue.ts';
import type { CommitQueue } from '../../../reference/kit/commitQueue.ts';
import { openDatabase } from '../../../reference/payments/eventStore/database.ts';
import type { PaymentDatabase, Write } from '../../../reference/payments/eventStore/database.ts';
import type { EventRecord } from '../../../reference/payments/eventStore/eventRecord.ts';
import { applyRow, emptyState } from '../../../reference/payments/platform/state.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';
import { AMOUNT_MINOR, CURRENCY, drafts, NETWORK, NOW_MS } from './paymentStream.ts';
import { recordsOf, storedRows } from './paymentStream.ts';

const EVENTS_A_PAYMENT = drafts.length;
const APPENDED_PAYMENTS = 100;

/** What the contract says that the bodies and hashes of the stream are. */
const expectedBodies = drafts.map(
  ({ type, data }, index) => canonicalize({ seq: index + 1, type, atMs: NOW_MS, data }) ?? '',
);
const expectedHashes = chain(expectedBodies);

function chain(bodies: readonly string[]): string[] {
  let previous: Buffer = Buffer.alloc(32);
  return bodies.map((body) => {
    previous = createHash('sha256').update(previous).update(body).digest();
    return previous.toString('hex');
  });
}

function holdStream(records: readonly Pick<EventRecord, 'body' | 'hash'>[]): void {
  const bodies = records.map(({ body }) => body);
  assert.deepEqual(bodies, expectedBodies, 'not the canonical JSON of the events');
  const hashes = records.map(({ hash }) => hash.toString('hex'));
  assert.deepEqual(hashes, expectedHashes, 'not the hash chain of the contract');
}

function appending(): MicroWork {
  let last: EventRecord[] = [];
  return {
    fn() {
      let chars = 0;
      for (let number = 0; number < APPENDED_PAYMENTS; number++) {
        last = recordsOf(`pay-${number}`);
        for (const { body } of last) chars += body.length;
      }
      return chars;
    },
    check(answer) {
      holdStream(last);
      assert.equal(answer, APPENDED_PAYMENTS * expectedBodies.join('').length);
    },
  };
}

/** As many payments as are written in one transaction. */
const GROUP = 64;
/** A database is begun anew after so many calls: some 20 MB, so that a fast machine does not fill its disk. */
const CALLS_A_DATABASE = 100;

function appendingAndWriting(): MicroWork {
  const dir = mkdtempSync(join(tmpdir(), 'casemark-micro-'));
  let database: PaymentDatabase | undefined;
  let commits: CommitQueue<Write> | undefined;
  let calls = 0;
  let applied = 0;
  const begin = (): void => {
    database?.close();
    rmSync(dir, { recursive: true, force: true });
    database = openDatabase(dir, 'D1');
    commits = commitQueue(database, ({ records = [] }) => void (applied += records.length));
  };
  return {
    prepare() {
      if (calls++ % CALLS_A_DATABASE === 0) begin();
      applied = 0;
    },
    fn() {
      for (let number = 0; number < GROUP; number++) {
        void commits?.commit({ records: recordsOf(`pay-${number}`) });
      }
      commits?.flush();
      return applied;
    },
    check(answer) {
      assert.equal(answer, GROUP * EVENTS_A_PAYMENT, 'events were not written');
      const position = database?.lastPosition ?? 0;
      const written = database?.events(position - GROUP * EVENTS_A_PAYMENT, position) ?? [];
      assert.equal(written.length, GROUP * EVENTS_A_PAYMENT, 'events are missing in the store');
      for (let number = 0; number < GROUP; number++) {
        const stream = written.filter(({ payment }) => payment === `pay-${number}`);
        holdStream(stream);
      }
    },
    teardown() {
      database?.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const RECOVERED_PAYMENTS = 1_000;

function recovering(): MicroWork {
  const rows = storedRows(RECOVERED_PAYMENTS);
  let state = emptyState();
  return {
    prepare() {
      state = emptyState();
    },
    fn() {
      let versions = 0;
      for (const row of rows) versions += applyRow(state, row).payment.version;
      return versions;
    },
    check(answer) {
      const a = EVENTS_A_PAYMENT;
      assert.equal(answer, (RECOVERED_PAYMENTS * a * (a + 1)) / 2, 'a version is not its seq');
      const payments = [...state.streams.values()].map(({ payment }) => payment);
      assert.equal(payments.length, RECOVERED_PAYMENTS, 'payments are missing');
      for (const { status, receivedMinor, settlement } of payments) {
        assert.deepEqual([status, receivedMinor], ['succeeded', AMOUNT_MINOR]);
        // 1.4 % of 10.00 and 0.25.
        assert.equal(settlement?.feeMinor, 39);
      }
      const posted = RECOVERED_PAYMENTS * AMOUNT_MINOR;
      assert.deepEqual(
        state.ledger.trialBalance(NETWORK, CURRENCY),
        {
          debitsPostedMinor: posted,
          creditsPostedMinor: posted,
          debitsPendingMinor: 0,
          creditsPendingMinor: 0,
        },
        'the ledger is not that of the captures',
      );
    },
  };
}

export const eventTasks: MicroTask[] = [
  {
    name: 'event: append (canonical JSON, hash, fold)',
    operations: APPENDED_PAYMENTS * EVENTS_A_PAYMENT,
    setup: appending,
  },
  {
    name: `event: append and store, ${GROUP} payments a commit`,
    operations: GROUP * EVENTS_A_PAYMENT,
    setup: appendingAndWriting,
  },
  {
    name: 'recovery: an event',
    operations: RECOVERED_PAYMENTS * EVENTS_A_PAYMENT,
    setup: recovering,
  },
];
