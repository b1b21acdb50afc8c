/** The audit log: entries as rows of the store, and the tree over those that are durable. */
import { canonicalJson } from '../../kit/canonicalJson.ts';
import type { Store } from '../store/store.ts';
import { auditEvent } from './auditEvent.ts';
import type { AuditFacts } from './auditEvent.ts';
import { leafHashOfText, merkleTree } from './merkleTree.ts';
import type { MerkleTree } from './merkleTree.ts';

export interface AuditLog {
  /** Of what is durable. */
  readonly tree: Omit<MerkleTree, 'append'>;
  /** Within a turn. */
  add(facts: AuditFacts, isDisclosure: boolean): void;
  beginGroup(): void;
  /** The group is written: its entries count. */
  endGroup(): void;
  /** How many entries the group has so far. */
  pending(): number;
  /** Of the entries of the group only the first `count` have been added. */
  dropPending(count: number): void;
}

/** `onAdded` is told, once they are durable, of the organisations whose sinks get new entries. */
export function auditLogOver(
  store: Store,
  onAdded: (organizationIds: ReadonlySet<string>) => void,
): AuditLog {
  const tree = merkleTree();
  for (const leaf of store.entries.leaves()) tree.append(leaf);
  let pending: { readonly leaf: Buffer; readonly organizationId: string | null }[] = [];

  return {
    tree,
    add(facts, isDisclosure) {
      const event = canonicalJson(auditEvent(facts));
      const leaf = leafHashOfText(event);
      const { requestId, patientId = null } = facts;
      const patient = patientId === null ? undefined : store.patient(patientId);
      const organizationId = patient?.organizationId ?? null;
      store.entries.add({
        entryIndex: tree.size() + pending.length,
        event,
        leaf,
        requestId,
        patientId,
        organizationId,
        isDisclosure: isDisclosure ? 1 : 0,
      });
      pending.push({ leaf, organizationId });
    },
    beginGroup() {
      pending = [];
    },
    endGroup() {
      const organizations = new Set<string>();
      for (const { leaf, organizationId } of pending) {
        tree.append(leaf);
        if (organizationId !== null) organizations.add(organizationId);
      }
      pending = [];
      onAdded(organizations);
    },
    pending: () => pending.length,
    dropPending: (count) => void (pending.length = count),
  };
}
