/** Real processes, because /proc and the event loop are what is read. Linux. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { watchUsage } from './implementationUsage.ts';
import { probeEnvironment } from './probeEnvironment.ts';

/** Blocks its loop for 60 ms every 200 ms, and holds 64 MB. */
const BLOCKS = `
  globalThis.kept = Buffer.alloc(64 * 1024 * 1024, 1);
  setInterval(() => { const from = performance.now(); while (performance.now() - from < 60); }, 200);`;

const dir = mkdtempSync(join(tmpdir(), 'casemark-usage-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

interface Started {
  readonly pid: number;
  readonly probeFile: string;
  output(): string;
  readonly exit: Promise<unknown>;
}

function start(script: string, file?: string): Started {
  const probeFile = file ?? join(dir, `probe-${children.length}.ndjson`);
  const env = { ...process.env, ...probeEnvironment(probeFile) };
  const args = ['--input-type=module', '-e', script];
  const started = spawn(process.execPath, args, { env, detached: true, stdio: 'pipe' });
  children.push(started);
  let text = '';
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  }
  const exit = once(started, 'close').then(([code]) => code as unknown);
  return { pid: started.pid!, probeFile, output: () => text, exit };
}

function linesOf(file: string): { pid: number; maxUs: number }[] {
  const text = readFileSync(file, 'utf8').trim();
  return text.split('\n').map((line) => JSON.parse(line) as { pid: number; maxUs: number });
}

// They mostly wait for a probe that writes once a second, so they wait together.
describe.concurrent('the usage of an implementation', () => {
  test('is its CPU, its memory and how late its loop was in the window', async () => {
    const { pid, probeFile } = start(BLOCKS);
    await sleep(1_500);
    const end = watchUsage(pid, probeFile);
    await sleep(3_200);
    const usage = end();
    // 60 ms of each 260 (the interval begins anew when the block ends) to 200, and what the machine leaves it.
    expect(usage.cpuS!).toBeGreaterThan(0.3);
    expect(usage.cpuS!).toBeLessThan(3.2);
    expect(usage.rssBytes!.end).toBeGreaterThan(64 * 1024 * 1024);
    expect(usage.rssBytes!.max).toBeGreaterThanOrEqual(usage.rssBytes!.end);
    expect(usage.eventLoopDelayP99Us!).toBeGreaterThan(30_000);
    expect(usage.eventLoopUtilisation!).toBeGreaterThan(0.15);
    expect(usage.eventLoopUtilisation!).toBeLessThan(0.9);
  });

  test('is unknown, and never zero, without a process or a probe', async () => {
    const unknown = {
      cpuS: null,
      rssBytes: null,
      eventLoopDelayP99Us: null,
      eventLoopUtilisation: null,
    };
    expect(watchUsage(undefined)()).toEqual(unknown);
    const ended = start('');
    await ended.exit;
    expect(watchUsage(ended.pid, ended.probeFile)()).toEqual(unknown);
    const { pid } = start('setInterval(() => {}, 1000)');
    const { eventLoopDelayP99Us, cpuS } = watchUsage(pid)();
    expect(eventLoopDelayP99Us).toBeNull();
    expect(cpuS).not.toBeNull();
  });
});

describe.concurrent('the probe', () => {
  test('does not keep a process alive, and writes nothing to its output', async () => {
    const run = start('console.log("only this")');
    expect(await run.exit).toBe(0);
    expect(run.output()).toBe('only this\n');
  });

  test('leaves the exit code and an error as they are', async () => {
    const run = start('process.exitCode = 3; throw new Error("of its own")');
    expect(await run.exit).not.toBe(0);
    expect(run.output()).toContain('of its own');
  });

  test('is quiet when its file cannot be written', async () => {
    const run = start('setTimeout(() => console.log("done"), 1500)', join(dir, 'no', 'folder'));
    expect(await run.exit).toBe(0);
    expect(run.output()).toBe('done\n');
  });

  test('watches the main thread only', async () => {
    const worker = `import { Worker } from 'node:worker_threads';
      new Worker('setTimeout(() => process.exit(), 2600)', { eval: true });`;
    const run = start(worker);
    expect(await run.exit).toBe(0);
    // One a second; a worker that wrote too would make it four.
    expect(linesOf(run.probeFile)).toHaveLength(2);
  });

  test('is not there for a process that was not asked for it', async () => {
    const run = start('setTimeout(() => {}, 1200)', '');
    expect(await run.exit).toBe(0);
    expect(run.output()).toBe('');
  });

  test('keeps the NODE_OPTIONS that the implementation has', () => {
    const env = probeEnvironment('f', { NODE_OPTIONS: '--max-old-space-size=99' });
    expect(env['NODE_OPTIONS']).toMatch(/^--max-old-space-size=99 --import=file:\/\/.*Probe\.js$/);
    expect(probeEnvironment('f', {})['NODE_OPTIONS']).toMatch(/^--import=/);
  });
});
