/** What a solution may try against its judge, really tried: it gets nothing, and harms nothing. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { packageRoot } from '../../harness/contract/packageRoot.ts';
import { openConfinement } from '../../harness/exercise/confine/confinement.ts';
import type { Confinement } from '../../harness/exercise/confine/confinement.ts';
import { groupMembers } from '../../harness/fault/processGroup.ts';
import { runChecks } from '../../harness/run/runChecks.ts';
import { openImplementation } from '../../harness/target/openImplementation.ts';
import { startProcess } from '../../harness/target/startProcess.ts';
import type { ManagedProcess } from '../../harness/target/startProcess.ts';
import { copyTally } from './copyTally.ts';

const MAX_CHEAT_MS = 15_000;
const SECRET = 'CASEMARK_TEST_SECRET';

/** @returns why not; undefined when solutions can be confined here */
function whyNot(): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'casemark-cheat-'));
  try {
    openConfinement({ dir }).close();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const missing = whyNot();
if (missing !== undefined) console.warn(`The tests of cheating are skipped: ${missing}`);

describe.skipIf(missing !== undefined)('a confined solution', () => {
  let place: string;
  let dir: string;
  let dataDir: string;
  let judgeFile: string;
  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), 'casemark-cheat-'));
    [dir, dataDir] = [join(place, 'solution'), join(place, 'data')];
    mkdirSync(dir);
    mkdirSync(dataDir);
    judgeFile = join(place, 'judge.txt');
    writeFileSync(judgeFile, 'the mark');
    vi.stubEnv(SECRET, 'of the judge');
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(place, { recursive: true, force: true });
  });

  function start(confinement: Confinement, source: string): ManagedProcess {
    writeFileSync(join(dir, 'cheat.cjs'), source);
    return startProcess({
      command: [...confinement.launchWith, 'node', 'cheat.cjs'],
      ...{ cwd: dir, dataDir, channel: 'log', env: { CASEMARK_DATA_DIR: dataDir } },
    });
  }

  /** What it wrote, once it has ended. */
  async function cheat(source: string): Promise<string> {
    const confinement = openConfinement({ dir, hide: [place] });
    const managed = start(confinement, source);
    try {
      await managed.endedWithin(MAX_CHEAT_MS);
      return managed.output().trim();
    } finally {
      await managed.kill();
      confinement.close();
    }
  }

  const attempt = `const fs = require('fs');
    const attempt = (f) => { try { return f() ?? 'done'; } catch (e) { return e.code; } };
    const tell = (...values) => console.log(JSON.stringify(values));`;

  test('sees its own files and keeps data', async () => {
    const told = await cheat(`${attempt}
      fs.writeFileSync(process.env.CASEMARK_DATA_DIR + '/kept', 'kept');
      tell(fs.readdirSync('.'), process.version);`);
    expect(told).toBe(JSON.stringify([['cheat.cjs'], process.version]));
    expect(readFileSync(join(dataDir, 'kept'), 'utf8')).toBe('kept');
  });

  test('cannot read the checks, the reference or what lies beside it', async () => {
    const files = [
      join(packageRoot, 'package.json'),
      join(packageRoot, 'harness/checks'),
      join(packageRoot, 'reference'),
      judgeFile,
    ];
    const told = await cheat(
      `${attempt} tell(...${JSON.stringify(files)}.map((f) => attempt(() => fs.statSync(f) && 'seen')));`,
    );
    expect(told).toBe(JSON.stringify(files.map(() => 'ENOENT')));
  });

  test('cannot write beside its data directory', async () => {
    const told = await cheat(`${attempt}
      tell(...['cheat.cjs', '/etc/cheat', '/usr/cheat', '/cheat'].map((f) => attempt(() => fs.appendFileSync(f, ' '))));`);
    expect(JSON.parse(told)).toEqual(expect.not.arrayContaining(['done']));
    await cheat(`${attempt} attempt(() => fs.writeFileSync(${JSON.stringify(judgeFile)}, '100'));`);
    expect(readFileSync(judgeFile, 'utf8')).toBe('the mark');
  });

  test('sees neither the environment of the judge nor its processes', async () => {
    const told = await cheat(`${attempt}
      const pids = fs.readdirSync('/proc').filter((n) => /^[0-9]+$/.test(n));
      const lines = pids.map((p) => attempt(() => fs.readFileSync('/proc/' + p + '/cmdline', 'utf8')));
      tell(process.env.${SECRET} ?? null, lines.some((l) => /casemark|vitest/.test(l)), process.env.PATH);`);
    expect(told).toContain('[null,false,');
    expect(told).not.toContain('node_modules');
  });

  test('cannot kill the judge', async () => {
    const told = await cheat(`${attempt}
      tell(...[${process.pid}, ${process.ppid}].map((p) => attempt(() => process.kill(p, 'SIGKILL'))));`);
    expect(JSON.parse(told)).toEqual(['ESRCH', 'ESRCH']);
  });

  test('leaves no daemon behind', async () => {
    const confinement = openConfinement({ dir });
    const ticks = join(dataDir, 'ticks');
    const tick = `setInterval(() => require('fs').appendFileSync(${JSON.stringify(ticks)}, '.'), 20)`;
    const managed = start(
      confinement,
      `require('child_process').spawn('node', ['-e', ${JSON.stringify(tick)}], { detached: true, stdio: 'ignore' }).unref();
       setInterval(() => undefined, 1000);`,
    );
    await expect.poll(() => existsSync(ticks), { timeout: MAX_CHEAT_MS }).toBe(true);
    await managed.kill();
    confinement.close();
    await sleep(200);
    const then = readFileSync(ticks, 'utf8').length;
    await sleep(300);
    expect(readFileSync(ticks, 'utf8')).toHaveLength(then);
    expect(groupMembers(managed.child.pid!)).toEqual([]);
  });

  test('is ended when it takes too much memory, in a process of its own too', async () => {
    const confinement = openConfinement({ dir, limits: { memoryMiB: 150 } });
    const eat = `const all = []; setInterval(() => all.push(Buffer.alloc(20e6, 1)), 50)`;
    const managed = start(
      confinement,
      `require('child_process').spawn('node', ['-e', ${JSON.stringify(eat)}], { detached: true, stdio: 'ignore' });
       setInterval(() => undefined, 1000);`,
    );
    expect(await managed.endedWithin(MAX_CHEAT_MS)).toContain('SIGKILL');
    expect(confinement.exceeded()).toBe('more than 150 MiB of memory');
    confinement.close();
  });

  test('that floods or hangs is still ended by a kill', async () => {
    const confinement = openConfinement({ dir });
    const managed = start(
      confinement,
      `process.on('SIGTERM', () => undefined); const x = 'x'.repeat(65536);
       for (;;) require('fs').writeSync(1, x);`,
    );
    await sleep(500);
    await managed.kill();
    // Those whom the kernel ends with it are gone a moment later.
    await expect.poll(() => groupMembers(managed.child.pid!), { timeout: 5_000 }).toEqual([]);
    confinement.close();
  });

  test('that is right passes as if it were not confined, and keeps its data through a kill', async () => {
    const tally = copyTally();
    const copy = join(place, 'right');
    cpSync(tally.implementation, copy, { recursive: true });
    const confinement = openConfinement({ dir: copy, hide: [tally.root] });
    const opened = await openImplementation('tally', {
      ...{ impl: join(copy, 'casemark-stdio.json'), binding: 'stdio', root: [tally.root] },
      launchWith: [...confinement.launchWith],
    });
    try {
      const only = ['TAL-SUM-01.a', 'TAL-SUM-01.b', 'TAL-KEEP-01.a'];
      const judged = await runChecks(
        opened.caseStudy,
        opened.factory,
        { seed: 1, only, replayCommand: () => '' },
        () => undefined,
      );
      expect(judged.map(({ clause, verdict, reason }) => [clause, verdict, reason])).toEqual(
        only.map((clause) => [clause, 'pass', undefined]),
      );
    } finally {
      await opened.close();
      confinement.close();
      tally.remove();
    }
  });
});
