import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startProcess } from '../target/startProcess.ts';
import { flipTail, truncateTail } from './dataDamage.ts';
import { limitDescriptors, limitFileSize } from './processLimit.ts';
import { mountSmallDisk } from './smallDisk.ts';

const isLinux = process.platform === 'linux';
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'casemark-host-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Tries again and again, and says each time how it went. */
function trying(code: string) {
  return startProcess({
    command: [
      process.execPath,
      '-e',
      `const fs = require('node:fs');
       process.on('SIGXFSZ', () => undefined);
       setInterval(() => { try { ${code}; console.log('well') } catch (e) { console.log(e.code) } }, 10);`,
    ],
    cwd: dir,
    env: {},
    dataDir: '',
    channel: 'log',
  });
}

const lastWord = (log: string): string => log.split(/[\s|]+/).at(-1)!;

/** Many, so that a limit is hardly ever set while all of them are open. */
const OPEN_MANY = `const all = []; try { for (let i = 0; i < 20; i += 1) all.push(fs.openSync('file', 'w')) } finally { all.forEach(fs.closeSync) }`;

describe.runIf(isLinux)('a limit on the live process', () => {
  test('of descriptors leaves so many to spare, and no more', async () => {
    const managed = trying(`fs.closeSync(fs.openSync('file', 'w'))`);
    const said = (): string => lastWord(managed.lastLog());
    await expect.poll(said).toBe('well');
    const fault = await limitDescriptors(managed.child.pid!, 2);
    await sleep(100);
    expect(managed.lastLog()).not.toContain('EMFILE');
    expect(fault.evidence.bite).toBe('installed');
    await managed.kill();
  });

  test.each([
    ['of file sizes', `fs.writeFileSync('file', 'x')`, limitFileSize, 'EFBIG'],
    ['of descriptors', OPEN_MANY, limitDescriptors, 'EMFILE'],
  ])('%s bites, and is taken back', async (_, code, limit, error) => {
    const managed = trying(code);
    const said = (): string => lastWord(managed.lastLog());
    await expect.poll(said).toBe('well');
    const fault = await limit(managed.child.pid!, 0);
    expect(fault.evidence.bite).toBe('installed');
    await expect.poll(said).toBe(error);
    expect((await fault.heal()).bite).toBe('installed');
    await expect.poll(said).toBe('well');
    await managed.kill();
  });

  test('of what has ended is skipped', async () => {
    const managed = trying('');
    await managed.kill();
    expect((await limitFileSize(managed.child.pid!, 0)).evidence.bite).toBe('skipped');
  });
});

describe('the end of the newest file', () => {
  const content = (name: string): Buffer => readFileSync(join(dir, name));
  const write = (name: string, bytes: string | Buffer, writtenS: number): void => {
    writeFileSync(join(dir, name), bytes);
    utimesSync(join(dir, name), writtenS, writtenS);
  };

  test('is cut off, and no other file is touched', () => {
    mkdirSync(join(dir, 'deep'));
    write('old', 'untouched', 1_000);
    write('deep/journal', 'one,two,three', 2_000);
    write('empty', '', 3_000);
    expect(truncateTail({ dataDir: dir, bytes: 6 })).toMatchObject({
      bite: 'installed',
      facts: { bytesBefore: 13, bytesAfter: 7 },
    });
    expect(content('deep/journal').toString()).toBe('one,two');
    expect(content('old').toString()).toBe('untouched');
  });

  test('is where its content ends: reserved zeros behind it are no content', () => {
    write('journal', Buffer.concat([Buffer.from('abcdef'), Buffer.alloc(200_000)]), 1_000);
    expect(truncateTail({ dataDir: dir, bytes: 2 })).toMatchObject({ facts: { bytesAfter: 4 } });
    expect(content('journal').toString()).toBe('abcd');
  });

  test('has a bit of each byte turned over, the same for the same seed', () => {
    const flipped = [1, 1, 2].map((seed) => {
      write('journal', 'abcdefghij', 1_000);
      expect(flipTail({ dataDir: dir, bytes: 8, seed }).bite).toBe('installed');
      return content('journal').toString('hex');
    });
    expect(flipped[0]).toBe(flipped[1]);
    expect(flipped[0]).not.toBe(flipped[2]);
    expect(flipped[0]!.slice(0, 4)).toBe(Buffer.from('ab').toString('hex'));
    const differences = [...Buffer.from(flipped[0]!, 'hex')].map(
      (byte, at) => byte ^ 'abcdefghij'.charCodeAt(at),
    );
    // Exactly one bit: a power of two.
    expect(differences.slice(2).every((bits) => bits > 0 && (bits & (bits - 1)) === 0)).toBe(true);
  });

  test('of the files with a name', () => {
    write('data-wal', 'journal', 1_000);
    write('data-shm', 'index', 2_000);
    expect(truncateTail({ dataDir: dir, bytes: 1, nameEnds: '-wal' }).bite).toBe('installed');
    expect(content('data-wal').toString()).toBe('journa');
    expect(content('data-shm').toString()).toBe('index');
  });

  test('is nowhere when there is no file, or nothing in it', () => {
    expect(truncateTail({ dataDir: dir, bytes: 1 }).bite).toBe('skipped');
    write('zeros', Buffer.alloc(10), 1_000);
    expect(flipTail({ dataDir: dir, bytes: 1, seed: 1 }).bite).toBe('skipped');
  });
});

const small = await mountSmallDisk(1024 * 1024);
describe('a small disk', () => {
  test.runIf(small.kind === 'mounted')('is full until it is healed', async () => {
    const { disk } = small as Extract<typeof small, { kind: 'mounted' }>;
    const journal = join(disk.dir, 'journal');
    writeFileSync(journal, 'before');
    const full = disk.fill();
    expect(full.evidence).toMatchObject({ bite: 'installed', facts: { error: 'ENOSPC' } });
    expect(() => writeFileSync(join(disk.dir, 'more'), 'x')).toThrow('ENOSPC');
    expect((await full.heal()).bite).toBe('installed');
    writeFileSync(journal, 'after');
    expect(readFileSync(journal, 'utf8')).toBe('after');
    await disk.unmount();
  });

  test.runIf(small.kind === 'not here')('that cannot be had here is told with the reason', () => {
    const { evidence } = small as Extract<typeof small, { kind: 'not here' }>;
    expect(evidence).toMatchObject({ bite: 'skipped' });
    expect(evidence.why).toMatch(/^not applicable here: .{10}/);
  });
});
