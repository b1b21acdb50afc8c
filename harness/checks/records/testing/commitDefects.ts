/** How defects write what belongs together at once, and what they wait for before they reply. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from './call.ts';
import { has, inBackground, pause, write } from './life.ts';
import type { Life } from './life.ts';
import type { Change, Entry } from './state.ts';

const A_MOMENT_MS = 40;

/** @returns whether it has written, by a defect, what is to be written */
export async function splitWrite(
  call: Call,
  changes: readonly Change[],
  entry: Entry | undefined,
): Promise<boolean> {
  const { life } = call;
  if (!entry) return false;
  if (isLeftOut(call, entry)) {
    write(life, { changes });
    return true;
  }
  if (has(life, 'records after the reply')) {
    write(life, { changes });
    later(life, () => write(life, { changes: [], entry }));
    return true;
  }
  if (has(life, 'changes consents after the reply') && call.operation.endsWith('Consent')) {
    write(life, { changes: [], entry });
    later(life, () => write(life, { changes }));
    return true;
  }
  const isWrite = changes.some(({ kind }) => kind === 'version');
  if (isWrite && has(life, 'records a write in a step of its own')) {
    write(life, { changes });
    await pause(life, A_MOMENT_MS);
    write(life, { changes: [], entry });
    return true;
  }
  if (isWrite && has(life, 'writes in a step after the entry')) {
    write(life, { changes: [], entry });
    await pause(life, A_MOMENT_MS);
    write(life, { changes });
    return true;
  }
  if (entry.event.outcome === '0' && has(life, 'records everything twice')) {
    write(life, { changes, entry });
    write(life, { changes: [], entry });
    return true;
  }
  return false;
}

function later(life: Life, work: () => void): void {
  inBackground(life, async () => {
    await pause(life, A_MOMENT_MS);
    work();
  });
}

function isLeftOut({ life, operation }: Call, { event }: Entry): boolean {
  const { outcome, outcomeDesc } = event;
  if (outcome !== '0' && has(life, 'records no refusals')) return true;
  if (outcome === '8' && has(life, 'records no failures')) return true;
  if (operation === 'createSession' && has(life, 'records no log-ins')) return true;
  return outcomeDesc === 'UNKNOWN_RESOURCE' && has(life, 'records nothing that is not there');
}

export async function sleepBeforeReply(
  { life }: Call,
  changes: readonly Change[],
  entry: Entry | undefined,
): Promise<void> {
  const { state, signal } = life;
  if (has(life, 'waits for receivers')) {
    for (const { kind, value } of changes) {
      while (kind === 'alert' && !state.alerted.has(value.alertId))
        await sleep(5, undefined, { signal });
    }
  }
  const organizationId = entry?.organizationId;
  if (organizationId === undefined || !has(life, 'waits for sinks')) return;
  const count = state.entriesOfOrganization.get(organizationId)?.length ?? 0;
  while ((state.told.get(organizationId) ?? 0) < count) await sleep(5, undefined, { signal });
}
