/** EHR-DISC-01: what was given to others for purposes that are accounted for. */
import type { AuditPage, Disclosures } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { entriesOfRequest, parseEntry } from './auditEntries.ts';
import { clinicalResource } from './clinical.ts';
import { wardClock } from './clock.ts';
import { forPurposes } from './consents.ts';
import { policy } from './policy.ts';
import { readsVersions } from './readsVersions.ts';
import { carriedOut } from './recorded.ts';
import { openWard } from './ward.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';

type Disclosure = Disclosures['disclosures'][number];

/** A patient who permits research and marketing, and who of another organisation asks for what. */
interface Scene {
  readonly ward: Ward;
  readonly patient: Admitted;
  readonly conditionId: string;
  readonly consentId: string;
  readonly readers: readonly { readonly person: Person; readonly purpose: string }[];
}

const disclosuresAreListed: Check = {
  id: 'disclosures-are-listed',
  isolation: 'shared',
  async run(context) {
    const scene = await openScene(openWard(context.session()));
    const { ward, patient, consentId, readers } = scene;
    const given = await askedFor(scene);
    const officer = await ward.officer();
    okOutput('revokeConsent', await ward.revoke(patient, consentId));
    const refused: string[] = [];
    for (const { person, purpose } of readers.filter(({ purpose: each }) => each !== 'PUBHLTH')) {
      const requestId = ward.requestId();
      const input = { requestId, patientId: patient.patientId, purpose };
      const reply = await ward.ask(person, 'accessRecord', input);
      // That it is refused is judged elsewhere; what was answered may be listed.
      if (reply.kind === 'refused') refused.push(requestId);
    }
    const self = await ward.person('patient', { patientId: patient.patientId });
    for (const reader of [officer, self]) {
      const listed = await listDisclosures(ward, reader, patient);
      for (const requestId of given) {
        const index = await indexOf(ward, requestId);
        const times = listed.filter(({ auditIndex }) => auditIndex === index).length;
        hold(
          times === 1,
          `A request by a user of another organisation for an accountable purpose returned something; its entry ${index} is listed ${times} times.`,
          1,
          listed,
        );
        if (reader === officer) context.hit('disclosures');
      }
      for (const requestId of refused) {
        const index = await indexOf(ward, requestId);
        hold(
          listed.every(({ auditIndex }) => auditIndex !== index),
          `A request that was refused is listed as a disclosure, by its entry ${index}.`,
          'no disclosure of a refused request',
          listed,
        );
      }
    }
    await holdBounds(ward, officer, patient);
  },
};

/** fromMs is in, toMs is not. */
async function holdBounds(ward: Ward, officer: Person, patient: Admitted): Promise<void> {
  const all = await listDisclosures(ward, officer, patient);
  const atMs = Math.max(...all.map(({ recordedMs }) => recordedMs));
  const newest = all.filter(({ recordedMs }) => recordedMs === atMs);
  for (const [bounds, expected] of [
    [{ fromMs: atMs }, newest],
    [{ fromMs: atMs, toMs: atMs + 1 }, newest],
    [{ fromMs: atMs + 1 }, []],
    [{ toMs: atMs }, all.filter(({ recordedMs }) => recordedMs < atMs)],
  ] as const) {
    holdSame(
      inOrder(await listDisclosures(ward, officer, patient, bounds)),
      inOrder(expected),
      `listDisclosures with ${JSON.stringify(bounds)} should list those recorded from fromMs on and before toMs.`,
    );
  }
}

const keptSixYears: Check = {
  id: 'kept-six-years',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const clock = wardClock(context);
    const scene = await openScene(openWard(context.session()));
    const { ward, patient } = scene;
    await askedFor(scene);
    const before = await listDisclosures(ward, await ward.officer(), patient);
    await clock.advance(ward, policy.accounting.keptMs - 1);
    ward.forgetStaff();
    const after = await listDisclosures(ward, await ward.officer(), patient);
    for (const disclosure of before) {
      hold(
        after.some(({ auditIndex }) => auditIndex === disclosure.auditIndex),
        `The disclosure of the entry ${disclosure.auditIndex} is not listed any more, six years after it.`,
        disclosure,
        after,
      );
      context.hit('disclosures');
    }
  },
};

const derivedFromTheLog: Check = {
  id: 'derived-from-the-log',
  isolation: 'shared',
  async run(context) {
    const scene = await openScene(openWard(context.session()));
    const { ward, patient } = scene;
    await askedFor(scene);
    const officer = await ward.officer();
    for (const disclosure of await listDisclosures(ward, officer, patient)) {
      const { auditIndex: fromIndex, ...listed } = disclosure;
      const asked = { fromIndex, limit: 1 };
      const { entries } = await ward.must<AuditPage>(officer, 'listAudit', asked);
      const [entry] = entries;
      hold(
        entry?.index === fromIndex,
        `A disclosure names the entry ${fromIndex}, which the log does not have.`,
        fromIndex,
        entry,
      );
      const said = parseEntry(entry.event);
      const { recordedMs, purpose, userId, organizationId } = listed;
      hold(
        said.recordedMs === recordedMs &&
          said.purposes.includes(purpose) &&
          said.userId === userId &&
          said.organizationIds.includes(organizationId) &&
          said.patientIds.includes(patient.patientId) &&
          said.outcome === '0',
        `A disclosure does not say what its entry ${fromIndex} says.`,
        disclosure,
        entry,
      );
      context.hit('disclosures');
    }
  },
};

async function openScene(ward: Ward): Promise<Scene> {
  const patient = await ward.admit({
    resource: { address: [{ country: 'US' }], gender: 'female' },
  });
  const { patientId, physician } = patient;
  const conditionId = await ward.write(
    physician,
    patientId,
    clinicalResource('Condition', patientId),
  );

  const consentId = await ward.consent(patient, {
    type: 'permit',
    ...forPurposes('HRESCH', 'HMARKT'),
  });
  const elsewhere = { organizationId: `${ward.organizationId}.else` };
  const readers = await Promise.all(
    (
      [
        ['registry', 'PUBHLTH'],
        ['researcher', 'HRESCH'],
        ['outreach', 'HMARKT'],
      ] as const
    ).map(async ([role, purpose]) => ({ person: await ward.person(role, elsewhere), purpose })),
  );
  return { ward, patient, conditionId, consentId, readers };
}

/** By every operation that reads. @returns the request ids of those that returned something */
async function askedFor({ ward, patient, conditionId, readers }: Scene): Promise<string[]> {
  const given: string[] = [];
  for (const { person, purpose } of readers) {
    const of = { patientId: patient.patientId, purpose };
    const condition = { ...of, resourceType: 'Condition' };
    const named = { ...condition, resourceId: conditionId };
    const requests: [string, object][] = [
      ['accessRecord', of],
      ['readPatient', of],
    ];
    if (purpose !== 'HMARKT') {
      requests.push(['readResource', named], ['searchResources', condition]);
      if (await readsVersions(ward)) requests.push(['readVersion', { ...named, versionId: '1' }]);
    }
    for (const [operation, input] of requests) {
      const requestId = ward.requestId();
      await ward.must(person, operation, { ...input, requestId });
      given.push(requestId);
    }
  }
  return given;
}

async function listDisclosures(
  ward: Ward,
  by: Person,
  { patientId }: Admitted,
  bounds: { fromMs?: number; toMs?: number } = {},
): Promise<Disclosure[]> {
  const input = { patientId, ...bounds };
  const { disclosures } = await ward.must<Disclosures>(by, 'listDisclosures', input);
  return disclosures;
}

async function indexOf(ward: Ward, requestId: string): Promise<number | undefined> {
  return carriedOut(await entriesOfRequest(ward, requestId))[0]?.index;
}

function inOrder(disclosures: readonly Disclosure[]): Disclosure[] {
  return disclosures.toSorted((a, b) => a.auditIndex - b.auditIndex);
}

export const disclosures: readonly Check[] = [
  disclosuresAreListed,
  keptSixYears,
  derivedFromTheLog,
];
