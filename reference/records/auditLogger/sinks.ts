/** The audit log on its way to the organisations: each sink has a position in the log, and gets what stands behind it. */
import type { JsonClient } from '../../kit/jsonClient.ts';
import type { Lifetime } from '../../kit/lifetime.ts';
import { Closed } from '../../kit/lifetime.ts';
import type { Records } from '../records.ts';
import type { Listed } from '../store/entries.ts';
import { outbox } from './outbox.ts';
import { postTo } from './posting.ts';

/** The contract allows ten times as many: read and written in one go they would keep requests waiting. */
const MAX_BATCH = 100;

/** Entries of so long go together: a sending for each would cost more than the requests that they are of. */
const COLLECT_MS = 250;

export interface Sinks {
  /** Entries about their patients were added, and are durable. */
  added(organizationIds: Iterable<string>): void;
}

export function auditSinks(
  { store, turns, log }: Pick<Records, 'store' | 'turns' | 'log'>,
  client: JsonClient,
  worldUrl: string,
  lifetime: Lifetime,
): Sinks {
  const collected = new Set<string>();
  let isCollecting = false;
  /** By organisation the index behind the last entry that is to be sent. */
  const limits = new Map<string, number>();
  /** By organisation the index behind the batch that is being sent: until it is taken it is sent again as it was. */
  const begun = new Map<string, number>();

  function pending(organizationId: string): Listed[] {
    const limit = begun.get(organizationId) ?? limits.get(organizationId) ?? 0;
    const from = store.sinkPosition(organizationId);
    const batch = store.entries
      .ofOrganization(organizationId, from, MAX_BATCH)
      .filter(({ entryIndex }) => entryIndex < limit);
    if (batch.length > 0) begun.set(organizationId, behind(batch));
    return batch;
  }

  async function delivered(organizationId: string, batch: readonly Listed[]): Promise<void> {
    await turns.take(() => store.setSinkPosition(organizationId, behind(batch)));
    begun.delete(organizationId);
  }

  const deliveries = outbox<Listed>({
    pending,
    send: (organizationId, batch) =>
      postTo(client, worldUrl, `/audit-sinks/${organizationId}/entries`, bodyOf(batch)),
    delivered,
    lifetime,
  });

  async function collect(): Promise<void> {
    await lifetime.pause(COLLECT_MS);
    isCollecting = false;
    const organizations = [...collected];
    collected.clear();
    for (const organizationId of organizations) {
      limits.set(organizationId, log.tree.size());
      deliveries.wake(organizationId);
    }
  }

  return {
    added(organizationIds) {
      for (const organizationId of organizationIds) collected.add(organizationId);
      if (isCollecting || collected.size === 0) return;
      isCollecting = true;
      collect().catch((error: unknown) => {
        if (!(error instanceof Closed)) console.error(error);
      });
    },
  };
}

function behind(batch: readonly Listed[]): number {
  return batch.at(-1)!.entryIndex + 1;
}

/** The events are canonical JSON already. */
function bodyOf(batch: readonly Listed[]): string {
  const entries = batch.map(({ entryIndex, event }) => `{"index":${entryIndex},"event":${event}}`);
  return `{"entries":[${entries.join(',')}]}`;
}
