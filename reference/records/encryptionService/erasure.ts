/** Erasing a patient: it holds as soon as it is recorded, and is finished when the key service says that the key is destroyed. */
import type { Keys, ShredPatient } from '../../../spec/records/messages.d.ts';
import { StoreUnavailable } from '../../kit/commitQueue.ts';
import { Closed } from '../../kit/lifetime.ts';
import type { Lifetime } from '../../kit/lifetime.ts';
import type { Answer } from '../../kit/service.ts';
import { patientOfDuty } from '../accessController/relationships.ts';
import { forUser } from '../accessController/sessionManager.ts';
import type { DecideForUser } from '../accessController/sessionManager.ts';
import type { Records } from '../records.ts';
import { conduct, markErased } from '../request.ts';
import { keysOf } from './rotation.ts';

/** Asked at once: a key service that has just come back is not run over. */
const MAX_AT_ONCE = 32;

/** The contract gives 20 s from when the key service answers again. */
const RETRY_PAUSE_MS = 1000;

const beginErasure: DecideForUser<ShredPatient> = (request, { patientId }) => {
  const { store, turns, dataKeys } = request.records;
  const patient = patientOfDuty(request, patientId);
  if (patient.state !== 'active') return { output: keysOf(patient) };
  const erasing = { ...patient, state: 'erasing' as const };
  store.putPatient(erasing);
  turns.afterwards(() => dataKeys.forget(patientId));
  return { output: keysOf(erasing) };
};

export async function shredPatient(records: Records, input: ShredPatient): Promise<Answer> {
  const answer = await conduct(records, 'shredPatient', input, forUser(beginErasure));
  if (!('output' in answer)) return answer;
  const keys = answer.output as Keys;
  if (keys.state !== 'erasing') return answer;
  if (await finishErasure(records, input.patientId))
    return { output: { ...keys, state: 'erased' } };
  records.wakeEraser();
  return answer;
}

/** Wakes it; once awake it goes on until nothing is left to be destroyed. */
export function eraser(records: Records, { pause }: Pick<Lifetime, 'pause'>): () => void {
  let isAwake = false;

  async function finishAll(): Promise<void> {
    for (;;) {
      const some = records.store.erasing(MAX_AT_ONCE);
      if (some.length === 0) {
        isAwake = false;
        return;
      }
      const done = await Promise.all(some.map((patientId) => finishErasure(records, patientId)));
      if (!done.some((isDone) => isDone)) await pause(RETRY_PAUSE_MS);
    }
  }

  return () => {
    if (isAwake) return;
    isAwake = true;
    finishAll().catch((error: unknown) => {
      isAwake = false;
      if (!(error instanceof Closed)) console.error(error);
    });
  };
}

/** False when it has to be tried again. */
async function finishErasure(records: Records, patientId: string): Promise<boolean> {
  const reply = await records.keyService.destroyKey(patientId);
  const isDestroyed =
    reply.kind === 'gone' || (reply.kind === 'ok' && reply.value.state === 'destroyed');
  if (!isDestroyed) return false;
  try {
    await records.turns.take(() => markErased(records, patientId));
    return true;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return false;
  }
}
