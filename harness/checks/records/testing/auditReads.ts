/** listAudit, the roots and proofs of its tree, and the disclosures that are in it. */
import type {
  GetAuditRoot,
  GetConsistencyProof,
  GetInclusionProof,
  ListAudit,
  ListDisclosures,
} from '../../../../spec/records/messages.d.ts';
import { entryOf } from './auditEvents.ts';
import { Refusal } from './call.ts';
import type { Call, Handler } from './call.ts';
import { holdDuty } from './decide.ts';
import { has } from './life.ts';
import type { Life } from './life.ts';
import { policy } from './policy.ts';
import type { Entry } from './state.ts';

const DEFAULT_LIMIT = 100;

export const listAudit: Handler<ListAudit> = (call, input) => {
  const { life } = call;
  holdDuty(call);
  const { entries } = life.state;
  const own = life.freedoms.ownEntry === 'in the page' ? entryOf(call) : undefined;
  const treeSize = entries.length + (own ? 1 : 0);
  const { fromIndex = 0, limit = DEFAULT_LIMIT } = input;
  const isWanted = (entry: Entry): boolean =>
    (input.patientId === undefined || entry.patientId === input.patientId) &&
    (input.ofRequestId === undefined || entry.requestId === input.ofRequestId);
  const indexes = candidates(life, input).filter(
    (index) => index >= fromIndex && isWanted(entries[index]!),
  );
  if (own && entries.length >= fromIndex && isWanted(own)) indexes.push(entries.length);
  const page = indexes.slice(0, limit);
  const listed = page.map((index) => ({ index, event: (entries[index] ?? own!).event }));
  const nextIndex = indexes[page.length] ?? null;
  return { output: { treeSize, entries: listed, nextIndex } };
};

function candidates({ state }: Life, { patientId, ofRequestId }: ListAudit): number[] {
  if (ofRequestId !== undefined) return [...(state.entriesOfRequest.get(ofRequestId) ?? [])];
  if (patientId !== undefined) return [...(state.entriesOfPatient.get(patientId) ?? [])];
  return state.entries.map((_entry, index) => index);
}

/** @throws Refusal NO_SUCH_TREE or INVALID_REQUEST */
function holdSize({ life }: Call, isThere: boolean): void {
  if (!isThere) throw new Refusal(life.freedoms.noSuchTree);
}

export const getAuditRoot: Handler<GetAuditRoot> = (call, input) => {
  holdDuty(call);
  const { tree } = call.life;
  const { treeSize = tree.size } = input;
  holdSize(call, treeSize <= tree.size);
  return { output: { treeSize, rootHash: tree.root(treeSize) } };
};

export const getInclusionProof: Handler<GetInclusionProof> = (call, { index, treeSize }) => {
  holdDuty(call);
  const { tree } = call.life;
  holdSize(call, treeSize <= tree.size && index < treeSize);
  const path = tree.inclusion(index, treeSize);
  return { output: { index, treeSize, leafHash: tree.leafHash(index), path } };
};

export const getConsistencyProof: Handler<GetConsistencyProof> = (call, input) => {
  holdDuty(call);
  const { tree } = call.life;
  const { firstSize, secondSize } = input;
  holdSize(call, firstSize <= secondSize && secondSize <= tree.size);
  return { output: { firstSize, secondSize, path: tree.consistency(firstSize, secondSize) } };
};

const DAY_MS = 86_400_000;

export const listDisclosures: Handler<ListDisclosures> = (call, input) => {
  const { life } = call;
  const { patientId, fromMs = 0, toMs = Infinity } = input;
  const { keys } = holdDuty(call, patientId)!;
  if (keys.state !== 'active' && has(life, 'forgets disclosures of the erased')) {
    return { output: { patientId, disclosures: [] } };
  }
  const indexes = life.state.entriesOfPatient.get(patientId) ?? [];
  const listed = indexes.flatMap((auditIndex) => {
    const entry = life.state.entries[auditIndex]!;
    const made = disclosureOf(call, entry, keys.organizationId);
    if (!made || made.recordedMs < fromMs || made.recordedMs >= toMs) return [];
    const isOld = life.nowMs - made.recordedMs > 5 * 365 * DAY_MS;
    if (isOld && has(life, 'forgets disclosures after five years')) return [];
    const one = {
      ...made,
      auditIndex: has(life, 'names the entry before') ? auditIndex - 1 : auditIndex,
    };
    return has(life, 'lists disclosures twice') ? [one, one] : [one];
  });
  return { output: { patientId, disclosures: listed } };
};

interface Disclosure {
  readonly recordedMs: number;
  readonly purpose: string;
  readonly userId: string;
  readonly organizationId: string;
}

function disclosureOf(
  call: Call,
  { event, returned }: Entry,
  ownOrganization: string,
): Disclosure | undefined {
  const { life } = call;
  const purpose = event.purposeOfEvent?.[0]?.coding[0]?.code;
  const userId = event.agent.find(({ requestor }) => requestor)?.who?.identifier?.value;
  const reference = event.agent.find(({ requestor }) => !requestor)?.who?.reference;
  if (purpose === undefined || userId === undefined || reference === undefined) return undefined;
  const organizationId = reference.slice('Organization/'.length);
  const isAny = life.freedoms.moreDisclosures === 'of every purpose';
  const purposes = has(life, 'accounts for research only')
    ? ['HRESCH']
    : policy.accounting.purposes;
  const isAccounted = purposes.includes(purpose) && organizationId !== ownOrganization;
  const isReturned = returned || has(life, 'accounts for what was refused');
  if (!isReturned || (!isAccounted && !isAny)) return undefined;
  const told = has(life, 'says TREAT for each disclosure') ? 'TREAT' : purpose;
  return { recordedMs: Date.parse(event.recorded), purpose: told, userId, organizationId };
}
