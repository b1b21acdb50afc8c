/** The entry of a request. */
import { readFileSync } from 'node:fs';
import type { AuditEvent } from '../../../../spec/records/messages.d.ts';
import { instant } from './call.ts';
import type { Call, Trail } from './call.ts';
import { has } from './life.ts';
import { policy } from './policy.ts';
import type { Entry, Step } from './state.ts';

const OPERATIONS = 'https://casemark.dev/records/operation';
const ROLES = 'https://casemark.dev/records/role';

const file = new URL('../../../../spec/records/errors.json', import.meta.url);
const { errors } = JSON.parse(readFileSync(file, 'utf8')) as {
  errors: readonly { code: string; httpStatus: number }[];
};
const statusOf = new Map(errors.map(({ code, httpStatus }) => [code, httpStatus]));

export interface Outcome {
  readonly code: string;
  /** What the log says. */
  readonly reason: string;
}

const ACTIONS: Readonly<Record<string, AuditEvent['action']>> = {
  ...{ putPatient: 'U', putResource: 'U', putConsent: 'U', revokeConsent: 'U' },
  ...{ readPatient: 'R', readResource: 'R', readVersion: 'R', accessRecord: 'R' },
  shredPatient: 'D',
};

/** @param refusal undefined: done; @param changes of the same step */
export function entryOf(call: Call, refusal?: Outcome, changes: Step['changes'] = []): Entry {
  const { life, input, trail } = call;
  const { patientId } = trail;
  const registered = changes.find(
    ({ kind, value }) => kind === 'keys' && value.patientId === patientId,
  );
  const known = patientId === undefined ? undefined : life.state.patients.get(patientId)?.keys;
  const keys = known ?? (registered?.kind === 'keys' ? registered.value : undefined);
  const userOrganization = trail.user?.organizationId;
  const sinkOf = has(life, "tells the user's organisation of entries")
    ? userOrganization
    : keys?.organizationId;
  return {
    event: eventOf(call, refusal),
    ...(keys && sinkOf !== undefined && { organizationId: sinkOf }),
    ...(patientId !== undefined && { patientId }),
    requestId: input.requestId ?? '',
    returned: refusal === undefined && trail.returned,
  };
}

function eventOf(call: Call, refusal: Outcome | undefined): AuditEvent {
  const { life, operation, trail } = call;
  const nowMs = has(life, 'records the time of day') ? Date.now() : life.nowMs;
  const isTreatment = trail.grantIds.length > 0 && has(life, 'records emergencies as treatment');
  const purpose = isTreatment ? 'TREAT' : trail.purpose;
  return {
    ...{ resourceType: 'AuditEvent', action: ACTIONS[operation] ?? 'E', recorded: instant(nowMs) },
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' },
    subtype: [{ system: OPERATIONS, code: operation }],
    outcome: outcomeOf(call, refusal),
    ...descriptionOf(call, refusal),
    ...(purpose !== undefined &&
      !has(life, 'records no purpose') && {
        purposeOfEvent: [{ coding: [{ system: policy.purposes.system, code: purpose }] }],
      }),
    agent: agentsOf(call),
    source: { observer: { display: 'test system' } },
    entity: entitiesOf(call, trail),
  };
}

function outcomeOf({ life }: Call, refusal: Outcome | undefined): AuditEvent['outcome'] {
  if (!refusal) return '0';
  if (has(life, 'records every outcome as done')) return '0';
  const isFailed = (statusOf.get(refusal.code) ?? 500) >= 500;
  return isFailed && !has(life, 'records failures as refusals') ? '8' : '4';
}

function descriptionOf(call: Call, refusal: Outcome | undefined): { outcomeDesc?: string } {
  const { life, input } = call;
  if (refusal) {
    const isCode = has(life, 'records ACCESS_DENIED for its reason');
    return { outcomeDesc: isCode ? refusal.code : refusal.reason };
  }
  const { reason } = input as { reason?: string };
  const isTold = reason !== undefined && has(life, 'records the reason of an emergency');
  return isTold ? { outcomeDesc: reason.slice(0, 64) } : {};
}

function agentsOf({ life, trail, input }: Call): AuditEvent['agent'] {
  const { user, claimed } = trail;
  const value = user?.userId ?? claimed;
  const { credential } = input as { credential?: string };
  const isCredential = credential !== undefined && has(life, 'records credentials');
  const requestor: AuditEvent['agent'][number] = {
    requestor: true,
    ...(value !== undefined && { who: { identifier: { value } } }),
    ...(isCredential && { who: { identifier: { value: value ?? '' }, display: credential } }),
    ...(user &&
      !has(life, 'records no role') && {
        role: [{ coding: [{ system: ROLES, code: user.role }] }],
      }),
    ...(life.freedoms.extraMembers === 'some' && { policy: ['https://policy.invalid/1'] }),
  };
  if (!user || has(life, 'records no organisation')) return [requestor];
  const reference = `Organization/${user.organizationId}`;
  return [requestor, { requestor: false, who: { reference } }];
}

function entitiesOf({ life, input }: Call, trail: Trail): AuditEvent['entity'] {
  const { patientId, reference, grantIds, fields } = trail;
  const entities: AuditEvent['entity'] = [];
  if (input.requestId !== undefined) {
    const identifier = { value: input.requestId };
    entities.push({ type: { code: 'XrequestId' }, what: { identifier } });
  }
  if (patientId !== undefined && !has(life, 'records no patient')) {
    const shown = has(life, 'records one field of each access') ? fields.slice(0, 1) : fields;
    const detail = shown.map((name) => ({ type: 'accessedField', valueString: name }));
    const what = { reference: `Patient/${patientId}` };
    entities.push({ what, ...(detail.length > 0 && { detail }) });
  }
  if (reference !== undefined && !has(life, 'records no resource')) {
    entities.push({ what: { reference } });
  }
  if (!has(life, 'names no grant in the log')) {
    for (const value of grantIds) {
      entities.push({ type: { code: 'break-glass-grant' }, what: { identifier: { value } } });
    }
  }
  const { resource } = input as { resource?: { code?: { text?: string } } };
  if (resource?.code?.text !== undefined && has(life, 'records values of what is written')) {
    entities.push({ what: { display: resource.code.text } });
  }
  const isMore = life.freedoms.extraMembers === 'some' || entities.length === 0;
  if (isMore) entities.push({ what: { display: 'test system' }, type: { code: 'more' } });
  return entities;
}
