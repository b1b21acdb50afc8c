/** EHR-MIN-03: what an access says that it has shown, in its reply and in the log, is what it has shown. */
import type { Condition, RecordView } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { holdSame } from '../kit/hold.ts';
import { expectedFields } from './expectedView.ts';
import { generateResource } from './patients.ts';
import { CLINICAL_TYPES, policy } from './policy.ts';
import { consentToAll, keepAll, readEverything, readersOf } from './readers.ts';
import type { Reading } from './readers.ts';
import { theEntryOf } from './recorded.ts';
import { openWard } from './ward.ts';
import type { Ward } from './wardTypes.ts';

const accessedFieldsAreThose: Check = {
  id: 'accessed-fields',
  isolation: 'shared',
  async run({ session, seed, hit }) {
    const ward = openWard(session());
    const patient = await ward.admit();
    await consentToAll(ward, patient);
    // Elements differ from resource to resource: the set is that of all of them.
    const written = [...CLINICAL_TYPES, ...CLINICAL_TYPES].map((type, index) =>
      generateResource(type, patient, seed + index, { elements: 'random' }),
    );
    // The first has a code of which minimising may leave nothing.
    const first = { ...written[0], code: { text: 'In words only' } } as Condition;
    const kept = await keepAll(ward, patient, [first, ...written.slice(1)]);
    const [treating, ...others] = await readersOf(
      ward,
      patient,
      policy.rules.filter(({ purpose }) => purpose !== 'BTG'),
    );
    const readings = [
      ...(await readEverything(ward, treating!, patient.patientId, kept)),
      // Of the others one resource of each type is enough.
      ...(
        await Promise.all(
          others.map((reader) =>
            readEverything(ward, reader, patient.patientId, kept.slice(0, CLINICAL_TYPES.length)),
          ),
        )
      ).flat(),
    ];
    for (const reading of readings) {
      if (reading.reply.kind !== 'ok') continue;
      await holdFields(ward, reading);
      // A set of nothing says nothing.
      if (expectedFields(reading.resources).length > 0) hit('accesses');
    }
  },
};

async function holdFields(
  ward: Ward,
  { operation, requestId, reply, resources }: Reading,
): Promise<void> {
  const expected = expectedFields(resources);
  if (operation === 'accessRecord' && reply.kind === 'ok') {
    const { accessedFields: given } = reply.output as RecordView;
    holdSame(
      [...given].sort(),
      expected,
      'accessedFields should be the set of the elements in the reply.',
    );
  }
  const entry = await theEntryOf(ward, requestId, operation);
  holdSame(
    entry.accessedFields,
    expected,
    `The entry of ${operation} should have the elements of its reply as accessed fields.`,
  );
}

export const accessedFields: readonly Check[] = [accessedFieldsAreThose];
