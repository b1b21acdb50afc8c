/** However casemark ends, nothing that it started outlives it. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { isAlive } from './isAlive.ts';

const tally = join(import.meta.dirname, 'tally');
const main = join(import.meta.dirname, '../../harness/cli/bin.js');
const fake = join(import.meta.dirname, 'fakes/answersNothing.ts');

const POLL_MS = 50;
const MAX_WAIT_MS = 20_000;

const folders: string[] = [];
const started: ChildProcess[] = [];
afterAll(() => {
  for (const each of started) each.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < MAX_WAIT_MS; waited += POLL_MS) {
    if (holds()) return;
    await sleep(POLL_MS);
  }
  throw new Error(`Not within ${MAX_WAIT_MS} ms: ${what}`);
}

/** A check that waits for a server which says nothing. */
async function startHangingCheck(): Promise<{
  casemark: ChildProcess;
  pid: number;
  dataDir: string;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'casemark-left-'));
  folders.push(folder);
  const pids = join(folder, 'pids');
  const dirs = join(folder, 'dirs');
  const command = [
    'sh',
    '-c',
    `echo "$CASEMARK_DATA_DIR" > ${dirs}; exec "$0" "$1"`,
    process.execPath,
    fake,
  ];
  const entry = { command, env: { PID_FILE: pids }, capabilities: ['restart'] };
  const manifest = { name: 'fake', version: '1', language: 'ts', cases: { tally: entry } };
  writeFileSync(join(folder, 'casemark.json'), JSON.stringify(manifest));
  const out = join(folder, 'out');
  const args = [
    'check',
    'tally',
    '--root',
    tally,
    '--impl',
    folder,
    '--patience',
    '4x',
    '--out',
    out,
  ];
  const casemark = spawn(process.execPath, [main, ...args], { stdio: 'ignore' });
  started.push(casemark);
  const events = join(out, 'events.ndjson');
  await until(
    'a check runs',
    () => existsSync(events) && readFileSync(events, 'utf8').includes('check-started'),
  );
  await until(
    'the server is up',
    () => existsSync(pids) && readFileSync(dirs, 'utf8').endsWith('\n'),
  );
  const pid = Number(readFileSync(pids, 'utf8').split('\n')[0]);
  const dataDir = readFileSync(dirs, 'utf8').trim();
  expect(isAlive(pid)).toBe(true);
  expect(existsSync(dataDir)).toBe(true);
  return { casemark, pid, dataDir };
}

test.concurrent.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'nothing is left of the implementation and its data after %s to casemark',
  async (signal) => {
    const { casemark, pid, dataDir } = await startHangingCheck();
    casemark.kill(signal);
    await until('the server is gone', () => !isAlive(pid));
    await until('its data are gone', () => !existsSync(dataDir));
  },
);
