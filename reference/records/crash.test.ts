import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditRoot, Resource } from '../../spec/records/messages.d.ts';
import { startService } from '../kit/serviceProcess.ts';
import type { ServiceProcess } from '../kit/serviceProcess.ts';
import { temporaryDir } from '../kit/temporaryDir.ts';
import { CASE_DIR } from './recordsService.ts';
import { access, callerOf, conditionInput, credentialOf, START_MS } from './testing/testRecords.ts';
import type { Caller } from './testing/testRecords.ts';
import { startWorldStub } from './testing/worldStub.ts';
import type { WorldStub } from './testing/worldStub.ts';

const isLinux = process.platform === 'linux';

let world: WorldStub;
let dir: ReturnType<typeof temporaryDir>;
let running: ServiceProcess;
let records: Caller;

const start = async (): Promise<void> => {
  const args = ['--data', dir.path, '--clock-ms', String(START_MS), '--world-url', world.url];
  running = await startService({ dir: import.meta.dirname, caseDir: CASE_DIR, args });
};

beforeEach(async () => {
  world = await startWorldStub();
  dir = temporaryDir();
  await start();
  records = callerOf((operation, input) => running.call(operation, input));
  await records.begin();
});

afterEach(async () => {
  await running.kill();
  await world.close();
  dir.remove();
});

const read = (resourceId: string) =>
  records.ok<Resource>('doc', 'readResource', {
    ...access('TREAT'),
    resourceType: 'Condition',
    resourceId,
  });

/** All bytes of the data directory. */
const kept = () =>
  readdirSync(dir.path)
    .map((name) => readFileSync(join(dir.path, name), 'latin1'))
    .join('\n');

test('what was acknowledged is there after a kill, with its entry, and no value is to be found', async () => {
  const root = await records.ok<AuditRoot>('officer', 'getAuditRoot', {});
  const acknowledged: string[] = [];
  const writes = Array.from({ length: 60 }, async (_, number) => {
    const id = `c${number}`;
    const input = { ...conditionInput(id), requestId: `write-${id}` };
    if ((await records.code('doc', 'putResource', input)) === 'ok') acknowledged.push(id);
    if (acknowledged.length === 20) await running.kill();
  });
  await Promise.allSettled(writes);
  expect(acknowledged.length).toBeGreaterThanOrEqual(20);
  await start();
  for (const id of acknowledged) {
    expect(await read(id)).toMatchObject({ id, code: { text: 'Sentinel-Condition' } });
  }
  const { entries } = await records.audit({ patientId: 'ann' });
  const written = entries.flatMap(({ event }) =>
    event.subtype[0]?.code === 'putResource' && event.outcome === '0'
      ? event.entity.flatMap(({ what }) => what?.reference?.split('/Condition/')[1] ?? [])
      : [],
  );
  expect(written).toEqual(expect.arrayContaining(acknowledged));
  for (const id of written) expect(await read(id)).toMatchObject({ id });
  const { treeSize } = root;
  expect(await records.ok('officer', 'getAuditRoot', { treeSize })).toEqual(root);
  const token = records.authorization('doc').slice('Bearer '.length);
  for (const secret of ['Sentinel', credentialOf('doc'), token]) {
    expect(kept()).not.toContain(secret);
  }
}, 30_000);

test.runIf(isLinux)(
  'while nothing can be written nothing is shown or done, and afterwards all is well',
  async () => {
    const limitFiles = (bytes: number | 'unlimited'): void => {
      execFileSync('prlimit', ['--pid', String(running.pid), `--fsize=${bytes}:`]);
    };
    await records.ok('doc', 'putResource', conditionInput('c1'));
    const root = await records.ok<AuditRoot>('officer', 'getAuditRoot', {});
    limitFiles(0);
    const grant = { grantId: 'g', purpose: 'ETREAT', reason: 'found unconscious' };
    const refused = await Promise.all([
      records.code('doc', 'accessRecord', access('TREAT')),
      records.code('doc', 'putResource', conditionInput('c2')),
      records.code('stranger', 'declareBreakGlass', { patientId: 'ann', ...grant }),
      records.code('stranger', 'accessRecord', access('TREAT')),
      records.code('officer', 'shredPatient', { patientId: 'ann' }),
    ]);
    expect(new Set(refused)).toEqual(new Set(['AUDIT_UNAVAILABLE']));
    expect(world.keys.get('ann')?.destroyed).toBe(false);
    limitFiles('unlimited');
    expect(await read('c1')).toMatchObject({ id: 'c1' });
    await expect(read('c2')).rejects.toThrow('UNKNOWN_RESOURCE');
    expect(await records.ok('officer', 'listReviews', {})).toEqual({ reviews: [] });
    const { treeSize } = root;
    expect(await records.ok('officer', 'getAuditRoot', { treeSize })).toEqual(root);
    const { entries } = await records.audit();
    expect(entries.map(({ index }) => index)).toEqual(entries.map((_, index) => index));
  },
  30_000,
);
