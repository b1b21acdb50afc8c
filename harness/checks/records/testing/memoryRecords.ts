/**
 * Complete health records in memory, for the tests of the judge: everything the contract asks, written to be read, with each freedom as a
 * switch and named defects to be found. What a kill leaves is the list of steps on its disk; a restart folds them again.
 */
import type { InMemorySystem, SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { raiseOverdue } from './alerts.ts';
import {
  getAuditRoot,
  getConsistencyProof,
  getInclusionProof,
  listAudit,
  listDisclosures,
} from './auditReads.ts';
import { Refusal } from './call.ts';
import type { Done, Handler, Input } from './call.ts';
import { carryOut, carryOutInvalid } from './carryOut.ts';
import { listConsents, putConsent, revokeConsent } from './consents.ts';
import { deliver, resumeDeliveries } from './deliver.ts';
import { DiskFull, memoryDisk } from './disk.ts';
import type { Disk } from './disk.ts';
import { declareBreakGlass, listReviews, reviewGrant } from './emergencies.ts';
import { exportCiphertexts, finishErasure, getKeys, rotateKey, shredPatient } from './keyDuties.ts';
import { beginLife, has, refused, write } from './life.ts';
import type { Life, LifeOptions } from './life.ts';
import { putCareTeam, putUser, setClock } from './operators.ts';
import { accessRecord, readPatient, readResource, readVersion, searchResources } from './reads.ts';
import { createSession, endSession } from './sessions.ts';
import type { Entry, Step } from './state.ts';
import { putPatient, putResource } from './writes.ts';

export interface RecordsOptions extends LifeOptions {
  /** Default: one of its own, in memory. */
  readonly disk?: Disk;
}

/** With an entry each. */
const REQUESTS: Readonly<Record<string, Handler>> = {
  ...{ createSession, endSession, putPatient, putResource, readPatient, readResource },
  ...{ readVersion, searchResources, accessRecord, putConsent, revokeConsent, listConsents },
  ...{ declareBreakGlass, listReviews, reviewGrant, listAudit, getAuditRoot },
  ...{ getInclusionProof, getConsistencyProof, listDisclosures },
  ...{ getKeys, rotateKey, shredPatient },
};

const OPERATORS: Readonly<Record<string, (life: Life, input: never) => Done>> = {
  ...{ putUser, putCareTeam, setClock, exportCiphertexts },
};

export function memoryRecords(options: RecordsOptions, clockMs: number): InMemorySystem {
  const disk = options.disk ?? memoryDisk();
  let killed = new AbortController();
  let life = live(options, disk, clockMs, killed.signal, false);
  return {
    call: (operation, input) => callRecords(life, operation, input as Input),
    invalid: (operation, input) => callInvalid(life, operation, input as Input),
    kill: () => killed.abort(),
    restart(nowMs) {
      killed.abort();
      killed = new AbortController();
      life = live(options, disk, nowMs, killed.signal, true);
    },
  };
}

function live(
  options: LifeOptions,
  disk: Disk,
  nowMs: number,
  signal: AbortSignal,
  isRestarted: boolean,
): Life {
  const life = beginLife(options, disk, nowMs, signal, isRestarted);
  life.onWritten = (step) => react(life, step);
  resumeDeliveries(life);
  for (const [patientId, { keys }] of life.state.patients) {
    if (keys.state === 'erasing') finishErasure(life, patientId);
  }
  raiseOverdue(life);
  return life;
}

function react(life: Life, step: Step): void {
  deliver(life, step);
  for (const { kind, value } of step.changes) {
    if (kind === 'keys' && value.state === 'erasing') finishErasure(life, value.patientId);
  }
}

async function callRecords(life: Life, operation: string, input: Input): Promise<SystemAnswer> {
  const operate = OPERATORS[operation];
  if (operate) return callOperator(life, operation, operate, input);
  const handler = REQUESTS[operation];
  return handler ? carryOut(life, operation, handler, input) : refused('NOT_SUPPORTED');
}

function callOperator(
  life: Life,
  operation: string,
  operate: (life: Life, input: never) => Done,
  input: Input,
): SystemAnswer {
  try {
    const { output, changes = [] } = operate(life, input as never);
    if (changes.length > 0) write(life, { changes, ...operatorEntry(life, operation) });
    return { output };
  } catch (error) {
    if (error instanceof Refusal) return refused(error.code);
    if (error instanceof DiskFull) return refused('AUDIT_UNAVAILABLE');
    throw error;
  }
}

/** Free: whether what operators do is audited. */
function operatorEntry(life: Life, operation: string): { entry?: Entry } {
  if (life.freedoms.extraEntries === 'none') return {};
  const event: Entry['event'] = {
    ...{ resourceType: 'AuditEvent', action: 'E', outcome: '0' },
    type: { code: 'operator' },
    subtype: [{ system: 'https://casemark.dev/records/operation', code: operation }],
    recorded: new Date(life.nowMs).toISOString(),
    agent: [{ requestor: false, who: { display: 'operator' } }],
    source: { observer: { display: 'test system' } },
    entity: [{ what: { display: 'test system' } }],
  };
  return { entry: { event, requestId: '', returned: false } };
}

/** What has not the message's shape is refused, unless a defect takes it. */
async function callInvalid(life: Life, operation: string, input: Input): Promise<SystemAnswer> {
  const { reason, durationMs } = input as { reason?: unknown; durationMs?: unknown };
  const isShort = typeof reason === 'string' && reason.length < 10;
  const isTaken =
    (isShort && has(life, 'takes short reasons')) ||
    (Number(durationMs) > 14_400_000 && has(life, 'takes longer emergencies'));
  if (operation === 'declareBreakGlass' && isTaken) return callRecords(life, operation, input);
  if (!REQUESTS[operation]) return refused('INVALID_REQUEST');
  const hasSession = operation !== 'createSession';
  return carryOutInvalid(life, operation, { ...input }, hasSession);
}
