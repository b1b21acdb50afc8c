import { afterEach, beforeEach, expect, test } from 'vitest';
import type {
  AuditPage,
  AuditRoot,
  Disclosures,
  InclusionProof,
} from '../../../spec/records/messages.d.ts';
import { access, conditionInput, openTestRecords, START_MS } from '../testing/testRecords.ts';
import type { TestRecords } from '../testing/testRecords.ts';
import { leafHash, merkleTree } from './merkleTree.ts';

let records: TestRecords;

beforeEach(async () => {
  records = await openTestRecords();
  await records.ok('doc', 'putResource', conditionInput('c1'));
});

afterEach(() => records.close());

function treeOf({ entries }: AuditPage) {
  const tree = merkleTree();
  for (const { event } of entries) tree.append(leafHash(event));
  return tree;
}

test('the log is the tree of its entries, after a restart too', async () => {
  for (const isRestarted of [false, true]) {
    if (isRestarted) await records.restart();
    const page = await records.audit();
    const tree = treeOf(page);
    const treeSize = page.entries.length;
    const root = await records.ok<AuditRoot>('officer', 'getAuditRoot', { treeSize });
    expect(root).toEqual({ treeSize, rootHash: tree.root().toString('hex') });
    const proof = { index: 3, treeSize };
    expect(await records.ok<InclusionProof>('officer', 'getInclusionProof', proof)).toMatchObject({
      leafHash: leafHash(page.entries[3]!.event).toString('hex'),
      path: tree.inclusion(3, treeSize).map((hash) => hash.toString('hex')),
    });
    const far = { index: 3, treeSize: 100_000 };
    expect(await records.code('officer', 'getInclusionProof', far)).toBe('NO_SUCH_TREE');
  }
});

test('pages go on where the last one ended, of a patient too', async () => {
  const { entries } = await records.audit({ patientId: 'ann' });
  const paged: AuditPage['entries'] = [];
  // Each question about the patient is in the log too, so there is always a next page.
  for (let fromIndex: number | null = 0; paged.length < entries.length;) {
    const page: AuditPage = await records.audit({
      patientId: 'ann',
      fromIndex: fromIndex ?? 0,
      limit: 1,
    });
    paged.push(...page.entries);
    fromIndex = page.nextIndex;
  }
  expect(paged).toEqual(entries);
  expect((await records.audit({ ofRequestId: 'none' })).nextIndex).toBeNull();
});

test('an organisation gets the entries about its patients, as they stand in the log', async () => {
  records.world.behave = (act) => (act === 'entries' ? 'fail' : 'answer');
  await records.code('stranger', 'accessRecord', access('TREAT'));
  await records.code('stranger', 'accessRecord', { ...access('TREAT'), patientId: 'none' });
  await records.restart();
  records.world.behave = () => 'answer';
  const { entries } = await records.audit({ patientId: 'ann' });
  const got = () => {
    const byIndex = new Map(records.world.entries.get('clinic')?.map((one) => [one.index, one]));
    return [...byIndex.values()].filter(({ index }) => index <= entries.at(-1)!.index);
  };
  await expect.poll(got, { timeout: 5000 }).toEqual(entries);
  expect([...records.world.entries.keys()]).toEqual(['clinic']);
});

test('one that is far behind gets them all, in the order of the log', async () => {
  records.world.behave = (act) => (act === 'entries' ? 'fail' : 'answer');
  const reads = Array.from({ length: 250 }, () => access('TREAT'));
  await Promise.all(reads.map((read) => records.ok('doc', 'accessRecord', read)));
  records.world.behave = () => 'answer';
  const { entries } = await records.audit({ patientId: 'ann' });
  const got = () => {
    const all = records.world.entries.get('clinic') ?? [];
    return [...new Set(all.map(({ index }) => index))].slice(0, entries.length);
  };
  await expect.poll(got, { timeout: 10_000 }).toEqual(entries.map(({ index }) => index));
});

test('alerts reach their organisation although it fails or is silent at first, and nobody waits', async () => {
  const begun = new Set<string>();
  records.world.behave = (act) => {
    if (act !== 'alert' || begun.size >= 3) return 'answer';
    begun.add(String(begun.size));
    return begun.size === 1 ? 'silence' : 'fail';
  };
  const system = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
  const observe = (resourceId: string, code: string) => {
    const resource = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'Sentinel-Potassium' },
      subject: { reference: 'Patient/ann' },
      interpretation: [{ coding: [{ system, code }] }],
    };
    const input = { ...access('TREAT'), resourceType: 'Observation', resourceId, resource };
    return records.ok('nurse', 'putResource', input);
  };
  await Promise.all([observe('o1', 'HH'), observe('o2', 'H'), observe('o3', 'LL')]);
  const references = () => new Set(records.world.alerts.map(({ reference }) => reference));
  await expect
    .poll(references, { timeout: 5000 })
    .toEqual(new Set(['Patient/ann/Observation/o1', 'Patient/ann/Observation/o3']));
  expect(JSON.stringify(records.world.alerts)).not.toContain('Sentinel');
});

test('what went to another organisation for an accountable purpose is listed, for years', async () => {
  await records.ok('registry', 'accessRecord', access('PUBHLTH'));
  await records.ok('doc', 'accessRecord', access('TREAT'));
  await records.code('researcher', 'accessRecord', access('HRESCH'));
  const list = () => records.ok<Disclosures>('ann', 'listDisclosures', { patientId: 'ann' });
  const { disclosures } = await list();
  expect(disclosures).toMatchObject([
    { purpose: 'PUBHLTH', userId: 'registry', organizationId: 'elsewhere', recordedMs: START_MS },
  ]);
  await records.setClock(START_MS + 189_345_600_000);
  await records.logIn('ann');
  await records.logIn('officer');
  expect((await list()).disclosures).toEqual(disclosures);
  const { entries } = await records.audit({ fromIndex: disclosures[0]!.auditIndex, limit: 1 });
  expect(entries[0]?.event.purposeOfEvent?.[0]?.coding[0]?.code).toBe('PUBHLTH');
});
