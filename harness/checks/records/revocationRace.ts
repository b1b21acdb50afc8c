/** EHR-CONS-03.b: of accesses beside a change of consent the audit log tells which were decided with it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordView, Written } from '../../../spec/records/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { wardClock } from './clock.ts';
import { consentOf, deny, forPurposes, permit } from './consents.ts';
import { worldOf } from './outside.ts';
import { policy } from './policy.ts';
import { entriesAbout } from './recorded.ts';
import type { IndexedEntry } from './recorded.ts';
import { openWard } from './ward.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';
import type { RecordsWorld } from './worldQuestions.ts';

const PURPOSE = 'HRESCH';
const HELD_RACES = 6;
const RACES_OF_EACH_CHANGE = 3;
/** Sent before and after a change, without waiting for replies. */
const BESIDE = 4;
/** A key service that is silent for a second counts as down: the change gets a part of that. */
const MAX_CHANGE_WAIT_MS = 400;
const MAX_HELD_WAIT_MS = 3_000;
const POLL_MS = 5;

type Change = 'revoke' | 'deny' | 'permit';

interface Scene {
  readonly patient: Admitted;
  readonly researcher: Person;
  readonly officer: Person;
  readonly change: Change;
  readonly consentId: string;
}

interface Race {
  readonly scene: Scene;
  readonly changeId: string;
  readonly accesses: readonly { readonly requestId: string; readonly reply: Reply<RecordView> }[];
}

export const revocationRace: Check = {
  id: 'revocation-race',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const world = worldOf(context);
    const ward = openWard(context.session());
    const changes = (['revoke', 'deny', 'permit'] as const).flatMap((change) =>
      Array.from({ length: RACES_OF_EACH_CHANGE }, () => setUp(ward, change)),
    );
    const warm = await Promise.all(changes);
    for (const scene of warm)
      holdRace(context, await raceWarm(ward, scene), await logOf(ward, scene));

    const cold = await Promise.all(
      Array.from({ length: HELD_RACES }, (_, index) =>
        setUp(ward, index % 2 === 0 ? 'revoke' : 'deny'),
      ),
    );
    // No key that was unwrapped before may be used any more.
    await wardClock(context).advance(ward, policy.keys.maxPlaintextKeyAgeMs + 1);
    for (const scene of cold) {
      const { race, isHeld } = await raceHeld(ward, world, scene);
      const decided = holdRace(context, race, await logOf(ward, scene));
      if (isHeld && decided.has(race.accesses[0]!.requestId)) context.hit('heldReads');
    }
  },
};

async function setUp(ward: Ward, change: Change): Promise<Scene> {
  const [patient, researcher] = await Promise.all([ward.admit(), ward.person('researcher')]);
  const { patientId, physician } = patient;
  await ward.write(physician, patientId, clinicalResource('Condition', patientId));
  const officer = await ward.officer();
  const consentId = ward.requestId();
  const provision = change === 'permit' ? deny() : permit(forPurposes(PURPOSE));
  await ward.consent(patient, provision, { consentId, by: officer });
  return { patient, researcher, officer, change, consentId };
}

async function raceWarm(ward: Ward, scene: Scene): Promise<Race> {
  const before = Array.from({ length: BESIDE }, () => access(ward, scene));
  const changed = changeConsent(ward, scene);
  const after = Array.from({ length: BESIDE }, () => access(ward, scene));
  const [changeId, ...accesses] = await Promise.all([changed, ...before, ...after]);
  return { scene, changeId, accesses };
}

/** The first access waits for its key while the consent changes. */
async function raceHeld(
  ward: Ward,
  world: RecordsWorld,
  scene: Scene,
): Promise<{ race: Race; isHeld: boolean }> {
  const { patientId } = scene.patient;
  await world.script('unwrapKey', patientId, [{ kind: 'hold' }]);
  const first = access(ward, scene);
  const isHeld = await holdsCall(world, patientId, first);
  const changed = changeConsent(ward, scene);
  const second = access(ward, scene);
  // An implementation may also let the change wait for the access.
  await settled(changed, MAX_CHANGE_WAIT_MS);
  await world.release('unwrapKey', patientId);
  const [changeId, ...accesses] = await Promise.all([changed, first, second]);
  return { race: { scene, changeId, accesses }, isHeld };
}

async function access(ward: Ward, { patient, researcher }: Scene) {
  const requestId = ward.requestId();
  const input = { requestId, patientId: patient.patientId, purpose: PURPOSE };
  return { requestId, reply: await ward.ask<RecordView>(researcher, 'accessRecord', input) };
}

/** @returns the id of the request that changes the consent */
async function changeConsent(ward: Ward, scene: Scene): Promise<string> {
  const { patient, officer, change, consentId } = scene;
  const { patientId } = patient;
  const requestId = ward.requestId();
  const of = { requestId, patientId, consentId };
  if (change === 'revoke') {
    await ward.must<Written>(officer, 'revokeConsent', of);
    return requestId;
  }
  const provision = change === 'deny' ? deny() : permit(forPurposes(PURPOSE));
  const resource = consentOf(patientId, provision);
  await ward.must<Written>(officer, 'putConsent', { ...of, ifMatch: etagOf(1), resource });
  return requestId;
}

function logOf(ward: Ward, { patient }: Scene): Promise<ReadonlyMap<string, IndexedEntry>> {
  return entriesAbout(ward, patient.patientId);
}

/** @returns the requests that consent decided; others failed for want of a key */
function holdRace(
  { hit }: CheckContext,
  { scene, changeId, accesses }: Race,
  log: ReadonlyMap<string, IndexedEntry>,
): ReadonlySet<string> {
  const changed = log.get(changeId);
  hold(changed !== undefined, 'A change of consent should have an entry in the audit log.');
  const decided = new Set<string>();
  for (const { requestId, reply } of accesses) {
    const entry = log.get(requestId);
    hold(entry !== undefined, 'An access beside a change of consent should have an entry.');
    const isAllowed = reply.kind === 'ok';
    if (!isAllowed && entry.reason !== 'NO_CONSENT') {
      holdFailed(reply, entry);
      continue;
    }
    const isAfter = entry.index > changed.index;
    const isExpected = isAfter === (scene.change === 'permit');
    hold(
      isAllowed === isExpected,
      `An access whose entry stands ${isAfter ? 'after' : 'before'} that of a ${nameOf(scene.change)} should be ${isExpected ? 'allowed' : 'refused'}: the audit log is the order of both.`,
      { isAllowed: isExpected },
      { access: entry, change: changed },
    );
    decided.add(requestId);
  }
  hit('races');
  return decided;
}

/** The one thing beside consent that can come of it. */
function holdFailed(reply: Reply<unknown>, { reason }: IndexedEntry): void {
  const code = reply.kind === 'refused' ? reply.problem.code : undefined;
  hold(
    code === 'KMS_UNAVAILABLE',
    `An access beside a change of consent should be allowed or refused for want of consent, and its entry says ${reason}.`,
    ['allowed', 'NO_CONSENT'],
    reply,
  );
}

function nameOf(change: Change): string {
  return change === 'revoke' ? 'revokeConsent' : `putConsent with ${change}`;
}

/** @returns whether its call for the key is held; false once it has been answered without one */
async function holdsCall(
  world: RecordsWorld,
  patientId: string,
  answer: Promise<unknown>,
): Promise<boolean> {
  const untilMs = performance.now() + MAX_HELD_WAIT_MS;
  while (performance.now() < untilMs) {
    if ((await world.held('unwrapKey', patientId)) > 0) return true;
    if (await settled(answer, POLL_MS)) return false;
  }
  return false;
}

async function settled(answer: Promise<unknown>, maxWaitMs: number): Promise<boolean> {
  const waiting = new AbortController();
  const done = answer.then(
    () => true,
    () => true,
  );
  const late = sleep(maxWaitMs, false, { signal: waiting.signal }).catch(() => false);
  const isSettled = await Promise.race([done, late]);
  waiting.abort();
  return isSettled;
}
