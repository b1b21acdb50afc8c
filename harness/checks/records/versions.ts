/** EHR-INT-01.a, .b and .c: no write is lost, and none is changed afterwards. */
import type {
  ClinicalResource,
  ClinicalType,
  Resource,
  Written,
} from '../../../spec/records/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { CLINICAL_TYPES } from './policy.ts';
import { openVersioned, VERSIONED_TYPES } from './versioned.ts';
import type { Versioned } from './versioned.ts';
import { openWard } from './ward.ts';
import type { Admitted, Ward } from './wardTypes.ts';

const WRITERS = 5;
const RACES_EACH = 2;
const VERSIONS = 4;

const conditionalWrites: Check = {
  id: 'conditional-writes',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    const patient = await ward.admit();
    const checked = VERSIONED_TYPES.map((type) =>
      holdConditional(context, openVersioned(ward, patient, type)),
    );
    await Promise.all(checked);
  },
};

async function holdConditional({ hit }: CheckContext, resource: Versioned): Promise<void> {
  const { name } = resource;
  const refuse = async (ifMatch: string | undefined, what: string): Promise<void> => {
    const before = await resource.look();
    const reply = await resource.write('refused', ifMatch);
    refusedWith(
      `A write of a ${name} ${what}`,
      reply,
      'VERSION_MISMATCH',
      ...resource.alsoTaken(ifMatch),
    );
    const after = await resource.look();
    holdSame(after, before, `A write of a ${name} ${what} was refused, and has changed it.`);
    hit('refused');
  };
  if (!resource.isThere) {
    await refuse(etagOf(1), 'with an If-Match where there is no version');
    holdWritten(await resource.write('version 1'), resource, '1');
    hit('written');
  }
  for (const version of [1, 2]) {
    await refuse(undefined, 'without If-Match where there is a version');
    await refuse(etagOf(version + 1), 'with the If-Match of a version that is not there yet');
    if (version > 1) await refuse(etagOf(version - 1), 'with the If-Match of an earlier version');
    await refuse('W/"none"', 'with an If-Match that is no version');
    const next = `version ${version + 1}`;
    holdWritten(await resource.write(next, etagOf(version)), resource, String(version + 1));
    hit('written');
    const { text, versionId } = await resource.look();
    holdSame(
      { text, versionId },
      { text: next, versionId: String(version + 1) },
      `A write of a ${name} with the present version should replace it.`,
    );
  }
}

function holdWritten(reply: Reply<Written>, { name, id }: Versioned, versionId: string): void {
  const written = okOutput(`A write of a ${name} with the present version`, reply);
  const etag = reply.headers?.['etag'];
  holdSame(
    { id: written.id, versionId: written.versionId, etag },
    { id, versionId, etag: etagOf(versionId) },
    `A write of a ${name} with the present version should make version ${versionId}, also in the header ETag.`,
  );
}

const noLostUpdate: Check = {
  id: 'no-lost-update',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    const patient = await ward.admit();
    const raced = VERSIONED_TYPES.map(async (type) => {
      const resource = openVersioned(ward, patient, type);
      if (!resource.isThere) await race(context, resource, 0);
      for (let version = 1; version <= RACES_EACH; version += 1) {
        await race(context, resource, version);
      }
    });
    await Promise.all(raced);
  },
};

async function race({ hit }: CheckContext, resource: Versioned, version: number): Promise<void> {
  const ifMatch = version === 0 ? undefined : etagOf(version);
  const textOf = (writer: number): string => `version ${version + 1} of writer ${writer}`;
  const replies = await together(WRITERS, (writer) => resource.write(textOf(writer), ifMatch));
  const what = `Of ${WRITERS} parallel writes of a ${resource.name} with the If-Match ${ifMatch ?? 'of none'}`;
  const winners = replies.flatMap((reply, writer) => (reply.kind === 'ok' ? [writer] : []));
  hold(
    winners.length === 1,
    `${what} exactly one should be carried out, but ${winners.length} are.`,
    1,
    replies,
  );
  for (const reply of replies) {
    if (reply.kind === 'refused') refusedWith(`${what} another one`, reply, 'VERSION_MISMATCH');
  }
  const { text, versionId } = await resource.look();
  holdSame(
    { text, versionId },
    { text: textOf(winners[0]!), versionId: String(version + 1) },
    `${what} the resource should be as the one that was carried out left it.`,
  );
  hit('races');
}

const historyStays: Check = {
  id: 'history-stays',
  isolation: 'shared',
  run: (context) =>
    context.property(
      context.fc.array(context.fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }), {
        minLength: VERSIONS,
        maxLength: VERSIONS,
      }),
      async (texts, session) => {
        const ward = openWard(session);
        const patient = await ward.admit();
        await Promise.all(
          CLINICAL_TYPES.map((type) => holdHistory(context, ward, patient, type, texts)),
        );
      },
      { runs: 2 },
    ),
};

async function holdHistory(
  { hit }: CheckContext,
  ward: Ward,
  { patientId, physician }: Admitted,
  type: ClinicalType,
  texts: readonly string[],
): Promise<void> {
  const resourceId = ward.requestId();
  const resources = texts.map((text, index) => differing(type, patientId, text, index));
  const written: Written[] = [];
  for (const [index, resource] of resources.entries()) {
    const ifMatch = index === 0 ? {} : { ifMatch: etagOf(index) };
    const reply = await ward.put(physician, patientId, resource, { resourceId, ...ifMatch });
    written.push(okOutput('putResource', reply));
    for (const [earlier, { versionId, lastUpdated }] of written.entries()) {
      const read = await ward.ask<Resource>(physician, 'readVersion', {
        ...{ patientId, resourceType: type, resourceId, versionId, purpose: 'TREAT' },
      });
      const sentence = `readVersion of version ${versionId} of ${index + 1} of a ${type}`;
      const { meta, ...elements } = resources[earlier]!;
      holdSame(
        { output: okOutput(sentence, read), etag: read.headers?.['etag'] },
        {
          output: { ...elements, id: resourceId, meta: { ...meta, versionId, lastUpdated } },
          etag: etagOf(versionId),
        },
        `${sentence} should give it as it was written.`,
      );
      hit('versions');
    }
  }
  const missing = await ward.ask(physician, 'readVersion', {
    ...{ patientId, resourceType: type, resourceId, purpose: 'TREAT' },
    versionId: String(texts.length + 1),
  });
  refusedWith('readVersion of a version that is not there', missing, 'UNKNOWN_RESOURCE');
}

/** With elements that other versions do not have: what is left out of a version is not there. */
function differing(
  type: ClinicalType,
  patientId: string,
  text: string,
  index: number,
): ClinicalResource {
  const resource = clinicalResource(type, patientId, text);
  const codes = { system: 'http://example.org/labels', code: `L${index}`, display: text };
  const meta = index % 2 === 0 ? {} : { meta: { security: [codes] } };
  const note = index % 3 === 0 || type === 'DocumentReference' ? {} : { note: [{ text }] };
  return { ...resource, ...meta, ...note };
}

export const versions: readonly Check[] = [conditionalWrites, noLostUpdate, historyStays];
