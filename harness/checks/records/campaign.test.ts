import { describe, expect, test } from 'vitest';
import type { AuditEvent, Resource } from '../../../spec/records/messages.d.ts';
import type { HistoryOperation } from '../../history/history.ts';
import type { Json, JsonObject } from '../../target/target.ts';
import { OPERATION_SYSTEM } from './auditEntries.ts';
import { campaign } from './campaign.ts';
import type { RecordsFinals, RecordsView } from './campaign/finalReads.ts';
import { clinicalResource } from './clinical.ts';
import { leafHash, rootOf } from './merkle.ts';

const PATIENT = 'pat-1';
const observation = clinicalResource('Observation', PATIENT);

function event(operation: string, requestId: string, outcome: '0' | '4' = '0'): AuditEvent {
  return {
    resourceType: 'AuditEvent',
    type: { code: 'rest' },
    subtype: [{ system: OPERATION_SYSTEM, code: operation }],
    action: 'E',
    recorded: '2026-01-01T00:00:00.000Z',
    outcome,
    agent: [{ requestor: true }],
    source: { observer: { display: 'test' } },
    entity: [
      { type: { code: 'XrequestId' }, what: { identifier: { value: requestId } } },
      { what: { reference: `Patient/${PATIENT}` } },
    ],
  };
}

let events = 0;

function operation(
  name: string,
  input: JsonObject,
  outcome: HistoryOperation['outcome'],
  rest: { output?: Json; error?: string; sentAgain?: boolean } = {},
): HistoryOperation {
  const callEvent = (events += 2);
  return {
    id: callEvent,
    process: 1,
    partition: PATIENT,
    operation: name,
    input,
    outcome,
    callEvent,
    callNs: callEvent,
    ...(outcome !== 'info' && { returnEvent: callEvent + 1 }),
    ...(rest.output !== undefined && { output: rest.output }),
    ...(rest.error !== undefined && { error: rest.error }),
    faultsActive: [],
  };
}

const put = (requestId: string, resourceId: string): JsonObject => ({
  requestId,
  patientId: PATIENT,
  resourceType: 'Observation',
  resourceId,
  purpose: 'TREAT',
  resource: observation as unknown as JsonObject,
});

function kept(id: string, change: object = {}): Resource {
  const meta = { versionId: '1', lastUpdated: '2026-01-01T00:00:00.000Z' };
  return { ...observation, id, meta, ...change } as Resource;
}

interface Told {
  readonly operations?: readonly HistoryOperation[];
  readonly log?: readonly AuditEvent[];
  readonly later?: readonly AuditEvent[];
  readonly resources?: readonly Resource[];
}

const LOG: readonly AuditEvent[] = [
  event('putResource', 'w1'),
  event('putResource', 'w2'),
  event('putResource', 'w2', '4'),
  event('accessRecord', 'a1'),
  event('readPatient', 'd1', '4'),
  event('putResource', 'w5'),
];
const rootAt = (size: number): string => rootOf(LOG.slice(0, size).map(leafHash));
const shown = (root: { treeSize: number; rootHash: string }): HistoryOperation =>
  operation('getAuditRoot', { requestId: 'g1' }, 'ok', { output: root });

/** A write that was answered; one whose reply was lost, sent again and refused then; an access; a refusal; one that nobody knows of; a root. */
const OPERATIONS: readonly HistoryOperation[] = [
  operation('putResource', put('w1', 'o1'), 'ok', { output: {} }),
  operation('putResource', put('w2', 'o2'), 'info'),
  operation('putResource', put('w2', 'o2'), 'fail', { error: 'VERSION_MISMATCH' }),
  operation('accessRecord', { requestId: 'a1', patientId: PATIENT, purpose: 'TREAT' }, 'ok', {
    output: { resources: [kept('o1') as unknown as JsonObject] },
  }),
  operation('readPatient', { requestId: 'd1', patientId: PATIENT }, 'fail', {
    error: 'ACCESS_DENIED',
  }),
  operation('putResource', put('w3', 'o3'), 'info'),
  // Sent twice without a reply, and found by a look-up: one of the two was carried out.
  operation('putResource', put('w5', 'o5'), 'ok'),
  operation('putResource', put('w5', 'o5'), 'ok'),
  operation('putResource', put('w4', 'o4'), 'fail', { error: 'AUDIT_UNAVAILABLE' }),
  shown({ treeSize: 3, rootHash: rootAt(3) }),
];

function judged({ operations = OPERATIONS, log = LOG, later = log, resources }: Told) {
  const view = (entries: readonly AuditEvent[]): RecordsView => ({
    entries: entries.map((each, index) => ({ index, event: each })),
    resources: new Map(
      (resources ?? [kept('o1'), kept('o2'), kept('o5')]).map((each) => [
        `${PATIENT}/${each.resourceType}/${each.id}`,
        each,
      ]),
    ),
  });
  const finals: RecordsFinals = {
    before: view(log),
    after: view(later),
    lastEvent: 1_000_000,
    findings: [],
  };
  const history = { operations, faults: [] };
  const found = campaign.judge({ history, finals, kills: 10, killsOnReply: 3 });
  return Object.fromEntries(
    found
      .filter(({ violations }) => violations.length > 0)
      .map((each) => [each.clause, each.violations]),
  );
}

describe('the judge of a campaign', () => {
  test('accuses nobody who kept everything, and counts what it saw', () => {
    expect(judged({})).toEqual({});
    const finals = { before: undefined, after: undefined, lastEvent: 1e9, findings: [] };
    const history = { operations: OPERATIONS, faults: [] };
    const none = campaign.judge({ history, finals, kills: 10, killsOnReply: 3 });
    // Nothing could be read in the end: nothing was shown.
    expect(none.map(({ hits }) => hits['acknowledged'] ?? hits['roots'])).toEqual([0, 0, 0]);
  });

  test('accepts that a write without a reply is there or not, with its entry', () => {
    const log = [...LOG, event('putResource', 'w3')];
    expect(judged({ log, resources: [kept('o1'), kept('o2'), kept('o3'), kept('o5')] })).toEqual(
      {},
    );
  });

  test('accepts entries of other kinds, and what the log says of requests that it does not know', () => {
    const other = { ...event('x', 'w1'), subtype: [{ code: 'housekeeping' }] };
    expect(judged({ log: [...LOG, other, event('putResource', 'unknown')] })).toEqual({});
  });

  test.each<[string, Told, string, string]>([
    [
      'a reply without an entry',
      { log: [...LOG.slice(0, 4), LOG[5]!] },
      'EHR-AUD-01.e',
      'readPatient',
    ],
    [
      'an entry too many',
      { log: [...LOG, event('accessRecord', 'a1')] },
      'EHR-AUD-01.e',
      'was sent once and has 2',
    ],
    [
      'an entry that says that a success was a refusal',
      {
        log: [event('putResource', 'w1', '4'), ...LOG.slice(1)],
        operations: OPERATIONS.slice(0, 9),
      },
      'EHR-AUD-01.e',
      'succeeded 1 times, and 0',
    ],
    [
      'an entry of another operation',
      { log: [...LOG.slice(0, 3), event('searchResources', 'a1'), ...LOG.slice(4)] },
      'EHR-AUD-01.e',
      'says that it was searchResources',
    ],
    [
      'an entry without its write',
      { resources: [kept('o1'), kept('o5')] },
      'EHR-AUD-01.e',
      'no pat-1/Observation/o2',
    ],
    [
      'a lost write',
      { resources: [kept('o2'), kept('o5')] },
      'EHR-INT-01.e',
      'o1 was acknowledged',
    ],
    [
      'a write with another content',
      { resources: [kept('o1'), kept('o2', { valueString: 'another' }), kept('o5')] },
      'EHR-INT-01.e',
      'another valueString',
    ],
    [
      'a version with two contents',
      { resources: [kept('o1', { performer: 'somebody' }), kept('o2'), kept('o5')] },
      'EHR-INT-01.e',
      'two contents',
    ],
    [
      'a root of another log',
      { operations: [...OPERATIONS.slice(0, 9), shown({ treeSize: 3, rootHash: rootAt(2) })] },
      'EHR-AUD-03.e',
      'that of the log is',
    ],
    [
      'a root of a longer log',
      { operations: [...OPERATIONS.slice(0, 9), shown({ treeSize: 9, rootHash: rootAt(2) })] },
      'EHR-AUD-03.e',
      'and the log has 6',
    ],
    [
      'an entry that changes after one more kill',
      {
        later: [...LOG.slice(0, 4), event('readPatient', 'd1')],
        operations: OPERATIONS.slice(0, 9),
      },
      'EHR-AUD-03.e',
      'Entry 4 was another one',
    ],
  ])('finds %s', (_, told, clause, sentence) => {
    const found = judged(told);
    expect(found[clause]?.join(' ')).toContain(sentence);
    // A lost write leaves an entry without its write; a log that is another one has other roots.
    const also =
      clause === 'EHR-INT-01.e' && sentence.includes('acknowledged') ? ['EHR-AUD-01.e'] : [];
    if (clause !== 'EHR-AUD-03.e') expect(Object.keys(found).sort()).toEqual([...also, clause]);
  });
});

test('a write is one command however often it is sent; a replacement is another each time', () => {
  const key = (input: JsonObject): string | undefined =>
    campaign.idempotencyKeyOf('putResource', input);
  expect(key(put('w1', 'o1'))).toBe(key(put('w1', 'o1')));
  expect(key(put('w1', 'o1'))).not.toBe(key(put('w1', 'o2')));
  expect(key({ ...put('w1', 'o1'), ifMatch: 'W/"1"' })).toBeUndefined();
});

test('a look-up says whether the write is there', async () => {
  const lost = operation('putResource', put('w1', 'o1'), 'info');
  const asked: JsonObject[] = [];
  const answering = (code?: string) => async (_: string, input: JsonObject) => {
    asked.push(input);
    return code === undefined
      ? { kind: 'ok' as const, output: {} }
      : { kind: 'refused' as const, problem: { code } };
  };
  expect(await campaign.lookUp(answering(), lost)).toEqual({ kind: 'found' });
  expect(await campaign.lookUp(answering('UNKNOWN_RESOURCE'), lost)).toEqual({ kind: 'absent' });
  expect(await campaign.lookUp(answering('ACCESS_DENIED'), lost)).toEqual({ kind: 'unanswered' });
  expect(new Set(asked.map(({ requestId }) => requestId)).size).toBe(3);
});
