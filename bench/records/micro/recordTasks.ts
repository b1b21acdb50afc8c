/** What happens to a resource: sealed when it is written, opened and minimised when it is read. */
import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { accessedFields, minimise } from '../../../reference/records/dataMinimizer/minimise.ts';
import type { Stored } from '../../../reference/records/dataMinimizer/minimise.ts';
import { open, seal } from '../../../reference/records/encryptionService/seal.ts';
import type { Place, Sealed } from '../../../reference/records/encryptionService/seal.ts';
import type { Resource } from '../../../spec/records/messages.d.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';

const CIPHER = 'aes-256-gcm';
const KEY = Buffer.from('c1ea4d0b7f32a95586e3107d24fb98ce6a53d0f1b87e294cd5063af8127b9e41', 'hex');
const PLAINTEXT_BYTES = 4_096;
const SEALED_A_CALL = 100;

/** A document that is 4 KB of JSON. */
const document = documentOf(PLAINTEXT_BYTES - JSON.stringify(documentOf(0)).length);

function documentOf(dataChars: number) {
  return {
    resourceType: 'DocumentReference',
    status: 'current',
    subject: { reference: 'Patient/p1' },
    content: [{ attachment: { contentType: 'text/plain', data: 'QUJD'.repeat(dataChars / 4 + 1).slice(0, dataChars) } }], // prettier-ignore
  };
}

function placeOf(version: number): Place {
  return {
    patientId: 'p1',
    resourceType: 'DocumentReference',
    resourceId: 'd1',
    versionId: String(version),
    dataKeyVersion: 1,
  };
}

/** The canonical JSON of the place. */
function associatedDataByHand(version: number): Buffer {
  return Buffer.from(
    `{"dataKeyVersion":1,"patientId":"p1","resourceId":"d1","resourceType":"DocumentReference","versionId":"${version}"}`,
  );
}

function openByHand(version: number, { nonce, ciphertext, tag }: Sealed): string {
  const decipher = createDecipheriv(CIPHER, KEY, nonce, { authTagLength: 16 });
  decipher.setAAD(associatedDataByHand(version)).setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString();
}

function sealByHand(version: number): Sealed {
  const nonce = Buffer.alloc(12, version);
  const cipher = createCipheriv(CIPHER, KEY, nonce, { authTagLength: 16 });
  cipher.setAAD(associatedDataByHand(version));
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(document)), cipher.final()]);
  return { nonce, ciphertext, tag: cipher.getAuthTag() };
}

function sealing(): MicroWork {
  let sealed: Sealed[] = [];
  return {
    fn() {
      sealed = Array.from({ length: SEALED_A_CALL }, (_, at) => seal(KEY, placeOf(at), document));
      return sealed.reduce((bytes, { ciphertext }) => bytes + ciphertext.length, 0);
    },
    check(answer) {
      assert.equal(answer, SEALED_A_CALL * PLAINTEXT_BYTES);
      sealed.forEach((each, at) => assert.equal(openByHand(at, each), JSON.stringify(document)));
      const nonces = new Set(sealed.map(({ nonce }) => nonce.toString('hex')));
      assert.equal(nonces.size, SEALED_A_CALL, 'a nonce was used twice');
    },
  };
}

function opening(): MicroWork {
  const sealed = Array.from({ length: SEALED_A_CALL }, (_, at) => sealByHand(at));
  let opened: (typeof document)[] = [];
  return {
    fn() {
      opened = sealed.map((each, at) => open(KEY, placeOf(at), each) as typeof document);
      return opened.reduce((sum, { content }) => sum + content[0]!.attachment.data.length, 0);
    },
    check(answer) {
      assert.equal(answer, SEALED_A_CALL * document.content[0]!.attachment.data.length);
      for (const each of opened) assert.deepEqual(each, document, 'not what was sealed');
      const elsewhere = () => open(KEY, placeOf(1), sealed[0]!);
      assert.throws(elsewhere, 'what is sealed to one place opens at another');
    },
  };
}

const LAST_UPDATED = '2026-01-05T09:30:00.000Z';
const HIV = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'HIV' };
const diabetes = { coding: [{ system: 'http://snomed.info/sct', code: '44054006' }] };

function storedOf(id: string, resource: object): Stored {
  return { resource, id, versionId: '3', lastUpdated: LAST_UPDATED } as Stored;
}

const RECORD = [
  storedOf('p1', {
    resourceType: 'Patient',
    name: [{ family: 'Sampleton', given: ['Pat'] }],
    gender: 'female',
    birthDate: '1974-12-25',
    address: [{ line: ['1 Main St'], city: 'Springfield', state: 'VT', postalCode: '05156', country: 'US' }], // prettier-ignore
    managingOrganization: { reference: 'Organization/clinic-a' },
  }),
  storedOf('c1', {
    resourceType: 'Condition',
    meta: { security: [HIV] },
    code: { ...diabetes, text: 'Diabetes' },
    subject: { reference: 'Patient/p1' },
    onsetDateTime: '2019-04-01',
    note: [{ text: 'Well controlled.' }],
  }),
];

/** In the words of the contract: elements of the profile only, in their form. */
const SHOWN_TO_RESEARCH = [
  {
    resourceType: 'Patient',
    id: 'p1',
    meta: { versionId: '3' },
    gender: 'female',
    birthDate: '1974',
    address: [{ state: 'VT', country: 'US', postalCode: '051' }],
  },
  {
    resourceType: 'Condition',
    id: 'c1',
    meta: { versionId: '3' },
    code: diabetes,
    onsetDateTime: '2019',
  },
];
const SHOWN_IN_FULL = RECORD.map(({ resource: { meta, ...elements }, id, versionId }) => ({
  ...elements,
  id,
  meta: { versionId, lastUpdated: LAST_UPDATED, ...meta },
}));

const RECORDS_A_CALL = 500;

/** A record of two resources, and the names of its elements for the log. */
function minimising(profile: string, expected: readonly object[], fields: number): MicroWork {
  let last: Resource[] = [];
  return {
    fn() {
      let count = 0;
      for (let at = 0; at < RECORDS_A_CALL; at++) {
        last = RECORD.map((stored) => minimise(profile, stored));
        count += accessedFields(last).length;
      }
      return count;
    },
    check(answer) {
      assert.deepEqual(last, expected, 'not the elements of the profile');
      assert.equal(answer, RECORDS_A_CALL * fields);
    },
  };
}

export const recordTasks: MicroTask[] = [
  { name: 'seal 4 KB', operations: SEALED_A_CALL, setup: sealing },
  { name: 'open 4 KB', operations: SEALED_A_CALL, setup: opening },
  {
    name: 'minimise two resources, for research',
    operations: RECORDS_A_CALL,
    setup: () => minimising('research', SHOWN_TO_RESEARCH, 5),
  },
  {
    name: 'minimise two resources, in full',
    operations: RECORDS_A_CALL,
    setup: () => minimising('full', SHOWN_IN_FULL, 9),
  },
];
