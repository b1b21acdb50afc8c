/** `casemark diagnose` as a user runs it, with a stand-in for Clinic Doctor; .ci/run has the real one. */
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { copyTally } from './copyTally.ts';
import type { TallyCopy } from './copyTally.ts';
import { isAlive } from './isAlive.ts';
import { runCasemark } from './runCasemark.ts';
import type { CasemarkRun } from './runCasemark.ts';

/** Makes it as if nobody had installed Doctor, also where somebody has. */
const HIDE_DOCTOR = `--import=data:text/javascript,${encodeURIComponent(`
  import Module from 'node:module';
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (name, ...rest) {
    if (name === '@clinic/doctor') throw Object.assign(new Error(name), { code: 'MODULE_NOT_FOUND' });
    return resolve.call(this, name, ...rest);
  };`)}`;

let tally: TallyCopy;
let cwd: string;
beforeEach(() => {
  tally = copyTally();
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'diagnose-cwd-')));
  vi.stubEnv('RECORD_FILE', join(tally.root, 'record.json'));
  vi.stubEnv('TMPDIR', mkdtempSync(join(tally.root, 'tmp-')));
});
afterEach(() => {
  vi.unstubAllEnvs();
  tally.remove();
  rmSync(cwd, { recursive: true, force: true });
});

function installFake(): void {
  const fake = join(import.meta.dirname, 'fakes/clinicDoctor');
  cpSync(fake, join(cwd, 'node_modules/@clinic/doctor'), { recursive: true });
}

function diagnose(...more: string[]): Promise<CasemarkRun> {
  const { root, implementation } = tally;
  const args = ['diagnose', 'tally', '--root', root, '--impl', implementation, '--seconds', '1'];
  return runCasemark([...args, ...more], cwd);
}

function setCommand(...command: string[]): void {
  const file = join(tally.implementation, 'casemark.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.cases.tally.command = command;
  writeFileSync(file, JSON.stringify(manifest));
}

/** Beside Node's own compile cache. */
function leftInTemporaryFolder(): string[] {
  return readdirSync(process.env['TMPDIR']!).filter((name) => name.startsWith('casemark'));
}

test('says how to install Clinic Doctor where it is not, and exits 2', async () => {
  vi.stubEnv('NODE_OPTIONS', HIDE_DOCTOR);
  const { code, stderr } = await diagnose();
  expect(code, stderr).toBe(2);
  expect(stderr).toContain('npm install --no-save @clinic/doctor@11');
  expect(readdirSync(cwd)).toEqual([]);
  expect(leftInTemporaryFolder()).toEqual([]);
});

test('has Doctor start the implementation in its own folder, loads it, stops it by SIGINT and keeps the page', async () => {
  installFake();
  const { code, stdout, stderr } = await diagnose();
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toContain('diagnosis/tally-doctor.html');
  expect(existsSync(join(cwd, 'diagnosis/tally-doctor.html'))).toBe(true);
  expect(Number(/(\d+) requests answered, 0 errors/.exec(stderr)?.[1])).toBeGreaterThan(100);

  const record = JSON.parse(readFileSync(process.env['RECORD_FILE']!, 'utf8'));
  expect(record.options).toEqual({ dest: record.cwd });
  const [shell, , , , folder, node, script, port] = record.command;
  expect([shell, node, script]).toEqual(['sh', 'node', 'server.ts']);
  expect(realpathSync(folder)).toBe(realpathSync(tally.implementation));
  expect(Number(port)).toBeGreaterThan(0);
  expect(record.nodeOptions).toContain(`--trace-event-file-pattern="${record.cwd}/node_trace`);
  expect(record.exit).toBe('SIGINT');
  expect(isAlive(record.pid)).toBe(false);
});

test('leaves nothing in the working folder but the page, where it was asked to be', async () => {
  installFake();
  await diagnose('--out', join(tally.root, 'page'));
  expect(readdirSync(join(tally.root, 'page'))).toEqual(['tally-doctor.html']);
  expect(readdirSync(cwd)).toEqual(['node_modules']);
  expect(leftInTemporaryFolder()).toEqual([]);
});

test('refuses an implementation that is not started by node, and exits 2', async () => {
  installFake();
  setCommand('./venue', '{port}');
  const { code, stderr } = await diagnose();
  expect(code, stderr).toBe(2);
  expect(stderr).toContain('started by "./venue", not by node');
});

test('refuses an implementation that has no command, and exits 2', async () => {
  installFake();
  const file = join(tally.implementation, 'casemark.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  delete manifest.cases.tally.command;
  writeFileSync(file, JSON.stringify(manifest));
  const { code, stderr } = await diagnose();
  expect(code, stderr).toBe(2);
  expect(stderr).toContain('diagnose watches Node implementations');
});

test('says that the implementation did not come up, with its last words, and exits 6', async () => {
  installFake();
  setCommand('node', '-e', 'throw new Error("no port for me")');
  const { code, stderr } = await diagnose();
  expect(code, stderr).toBe(6);
  expect(stderr).toContain('no port for me');
  expect(leftInTemporaryFolder()).toEqual([]);
});

test('says what Doctor said when its analysis fails, and exits 6', async () => {
  installFake();
  vi.stubEnv('FAIL_ANALYSIS', 'yes');
  const { code, stderr } = await diagnose();
  expect(code, stderr).toBe(6);
  expect(stderr).toContain('the trace makes no sense');
  expect(readdirSync(cwd)).toEqual(['node_modules']);
  expect(leftInTemporaryFolder()).toEqual([]);
});

test.each(['0', '121', 'long'])('does not load for %s seconds', async (seconds) => {
  const { code, stderr } = await diagnose('--seconds', seconds);
  expect(code, stderr).toBe(2);
});
