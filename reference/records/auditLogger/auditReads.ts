/** Reading the log: its entries, its roots, and the proofs that it only grows. Only what is durable is shown. */
import type {
  AuditEvent,
  AuditPage,
  AuditRoot,
  ConsistencyProof,
  Disclosures,
  GetAuditRoot,
  GetConsistencyProof,
  GetInclusionProof,
  InclusionProof,
  ListAudit,
  ListDisclosures,
} from '../../../spec/records/messages.d.ts';
import { dutyOf, patientOfDuty } from '../accessController/relationships.ts';
import type { DecideForUser } from '../accessController/sessionManager.ts';
import { Refusal } from '../request.ts';
import { disclosureOf } from './disclosures.ts';
import { leafHash } from './merkleTree.ts';

const DEFAULT_LIMIT = 100;

export const listAudit: DecideForUser<ListAudit> = (request, input) => {
  dutyOf(request);
  const { store, log } = request.records;
  const { patientId, ofRequestId: requestId, fromIndex = 0, limit = DEFAULT_LIMIT } = input;
  const treeSize = log.tree.size();
  const found = store.entries
    .list({ patientId, requestId, fromIndex, limit: limit + 1 })
    // Entries of the same group are not durable yet.
    .filter(({ entryIndex }) => entryIndex < treeSize);
  const entries = found.slice(0, limit).map(({ entryIndex, event }) => ({
    index: entryIndex,
    event: JSON.parse(event) as AuditEvent,
  }));
  const output: AuditPage = { treeSize, entries, nextIndex: found[limit]?.entryIndex ?? null };
  return { output };
};

export const getAuditRoot: DecideForUser<GetAuditRoot> = (request, input) => {
  dutyOf(request);
  const { tree } = request.records.log;
  const { treeSize = tree.size() } = input;
  mustHold(treeSize <= tree.size());
  const output: AuditRoot = { treeSize, rootHash: hex(tree.root(treeSize)) };
  return { output };
};

export const getInclusionProof: DecideForUser<GetInclusionProof> = (request, input) => {
  dutyOf(request);
  const { store, log } = request.records;
  const { index, treeSize } = input;
  mustHold(treeSize <= log.tree.size() && index < treeSize);
  const [entry] = store.entries.list({ fromIndex: index, limit: 1 });
  const output: InclusionProof = {
    index,
    treeSize,
    leafHash: hex(leafHash(JSON.parse(entry!.event) as AuditEvent)),
    path: log.tree.inclusion(index, treeSize).map(hex),
  };
  return { output };
};

export const getConsistencyProof: DecideForUser<GetConsistencyProof> = (request, input) => {
  dutyOf(request);
  const { tree } = request.records.log;
  const { firstSize, secondSize } = input;
  mustHold(firstSize >= 1 && firstSize <= secondSize && secondSize <= tree.size());
  const path = tree.consistency(firstSize, secondSize).map(hex);
  const output: ConsistencyProof = { firstSize, secondSize, path };
  return { output };
};

export const listDisclosures: DecideForUser<ListDisclosures> = (request, input) => {
  const { patientId, fromMs = 0, toMs = Infinity } = input;
  patientOfDuty(request, patientId);
  const { store, log } = request.records;
  const disclosures = store.entries
    .disclosures(patientId)
    .filter(({ entryIndex }) => entryIndex < log.tree.size())
    .map(disclosureOf)
    .filter(({ recordedMs }) => recordedMs >= fromMs && recordedMs < toMs);
  const output: Disclosures = { patientId, disclosures };
  return { output };
};

function mustHold(isThere: boolean): void {
  if (!isThere) throw new Refusal('NO_SUCH_TREE', 'the log is not, or not yet, that long');
}

function hex(hash: Buffer): string {
  return hash.toString('hex');
}
