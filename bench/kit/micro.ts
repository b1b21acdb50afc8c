/** Micro-benchmarks of what all references share: canonical JSON, the audit journal and its groups, the hash ring. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { openAuditJournal } from '../../reference/kit/auditJournal.ts';
import type { AuditJournal } from '../../reference/kit/auditJournal.ts';
import { canonicalJson } from '../../reference/kit/canonicalJson.ts';
import { groupCommit } from '../../reference/kit/groupCommit.ts';
import { hashRing } from '../../reference/kit/hashRing.ts';
import type { MicroTask, MicroWork } from '../micro/microTask.ts';

/** About what an audit event with request and reply weighs: 600 bytes in its canonical form. */
const EVENT = {
  auditSeq: 123_456,
  timeMs: 1_767_605_400_000,
  operation: 'someOperation',
  input: { name: 'client-17', key: 'a-key-of-thirty-six-characters-0001', amountMinor: 12_500 },
  output: {
    id: 'E123456',
    state: 'accepted',
    reason: null,
    parts: Array.from({ length: 4 }, (_, part) => ({ part, amountMinor: 3_125, note: 'a "note"' })),
    labels: { zeta: 1, alpha: 2, café: 3, beta: [true, false, null, 0.5] },
  },
};

function sha256(...parts: (Buffer | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function canonicalEvents(): MicroWork {
  const expected = canonicalize(EVENT)!;
  let last = '';
  return {
    fn() {
      let chars = 0;
      for (let made = 0; made < 200; made++) {
        last = canonicalJson(EVENT);
        chars += last.length;
      }
      return chars;
    },
    check(answer) {
      assert.equal(last, expected, 'not the canonical form that the package makes');
      assert.equal(answer, 200 * expected.length);
    },
  };
}

const JOURNAL_EVENTS_A_CALL = 64;

function appends(eventsAGroup: number): MicroWork {
  const dir = mkdtempSync(join(tmpdir(), 'casemark-micro-'));
  const journal = openAuditJournal(dir, 'D1');
  const body = canonicalize(EVENT)!;
  const group = Array.from({ length: eventsAGroup }, () => body);
  return {
    fn() {
      const before = journal.lastSeq;
      for (let done = 0; done < JOURNAL_EVENTS_A_CALL; done += eventsAGroup) journal.append(group);
      return journal.lastSeq - before;
    },
    check(answer) {
      assert.equal(answer, JOURNAL_EVENTS_A_CALL);
      checkChain(journal, body);
    },
    teardown() {
      journal.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function checkChain(journal: AuditJournal, body: string): void {
  const events = journal.read(journal.lastSeq - JOURNAL_EVENTS_A_CALL + 1, JOURNAL_EVENTS_A_CALL);
  assert.equal(events.length, JOURNAL_EVENTS_A_CALL, 'events are missing');
  for (const event of events) {
    assert.equal(event.body, body, 'another event was journaled');
    const expected = sha256(Buffer.from(event.prevHash, 'hex'), body);
    assert.equal(event.hash, expected, `event ${event.seq} does not have the hash of the chain`);
  }
  events.slice(1).forEach(({ prevHash }, index) => assert.equal(prevHash, events[index]!.hash));
}

const GROUPED_EVENTS = 64;
const GROUPS_A_CALL = 20;

/** Without the file: what sharing a commit costs beside the journal. */
function groups(): MicroWork {
  const written = { events: 0, appends: 0 };
  let lastSeq = 0;
  const journal = {
    get lastSeq() {
      return lastSeq;
    },
    append(bodies: readonly string[]) {
      lastSeq += bodies.length;
      written.events += bodies.length;
      written.appends += 1;
    },
  } as AuditJournal;
  let flush = (): void => undefined;
  const group = groupCommit(journal, assert.ifError, (scheduled) => (flush = scheduled));
  let told = 0;
  return {
    prepare() {
      told = 0;
      Object.assign(written, { events: 0, appends: 0 });
    },
    fn() {
      for (let made = 0; made < GROUPS_A_CALL; made++) {
        for (let added = 0; added < GROUPED_EVENTS; added++) {
          group.add('{}', (fate) => (told += fate === 'committed' ? 1 : 1_000));
        }
        flush();
      }
      return told;
    },
    check(answer) {
      const events = GROUPED_EVENTS * GROUPS_A_CALL;
      assert.equal(answer, events, 'not everybody was told that the event is written');
      assert.deepEqual(written, { events, appends: GROUPS_A_CALL });
    },
  };
}

const RING_NODES = 8;
const RING_KEYS = 200;

function ring(): MicroWork {
  const made = hashRing(RING_NODES);
  const keys = Array.from({ length: RING_KEYS }, (_, key) => `key-${key}`);
  const points = pointsByHand();
  const expected = keys.reduce((sum, key, at) => sum + (at + 1) * nodeByHand(points, key), 0);
  return {
    fn() {
      let sum = 0;
      for (let at = 0; at < RING_KEYS; at++) sum += (at + 1) * made.nodeOf(keys[at]!);
      return sum;
    },
    check: (answer) => assert.equal(answer, expected, 'keys belong to other nodes'),
  };
}

interface RingPoint {
  readonly node: number;
  readonly place: number;
}

const placeOf = (text: string): number => Number.parseInt(sha256(text).slice(0, 8), 16);

function pointsByHand(): RingPoint[] {
  return Array.from({ length: RING_NODES }, (_, node) =>
    Array.from({ length: 128 }, (__, point) => ({ node, place: placeOf(`${node}/${point}`) })),
  ).flat();
}

/** The next of all points, looked for one by one. */
function nodeByHand(points: readonly RingPoint[], key: string): number {
  const at = placeOf(key);
  let best = { distance: Infinity, node: -1 };
  for (const { node, place } of points) {
    const distance = (place - at + 2 ** 32) % 2 ** 32;
    if (distance < best.distance) best = { distance, node };
  }
  return best.node;
}

export const tasks: MicroTask[] = [
  { name: 'canonical JSON of an event', operations: 200, setup: canonicalEvents },
  {
    name: 'audit append, group of 1',
    operations: JOURNAL_EVENTS_A_CALL,
    setup: () => appends(1),
  },
  {
    name: 'audit append, group of 64',
    operations: JOURNAL_EVENTS_A_CALL,
    setup: () => appends(64),
  },
  {
    name: 'group commit without its file',
    operations: GROUPED_EVENTS * GROUPS_A_CALL,
    setup: groups,
  },
  { name: 'hash ring: node of a key', operations: RING_KEYS, setup: ring },
];
