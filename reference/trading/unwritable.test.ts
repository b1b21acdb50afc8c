import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AuditPage } from '../../spec/trading/messages.d.ts';
import { temporaryDir } from '../kit/temporaryDir.ts';
import { seededCommands } from './seededCommands.ts';
import { startVenue } from './testProcess.ts';

const isLinux = process.platform === 'linux';

/** Files of the process may not grow beyond `bytes`: every further write fails with EFBIG. */
function limitFiles(pid: number, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
}

test.runIf(isLinux)(
  'while the journal cannot be written every command is refused and has no effect, and afterwards all is well',
  async () => {
    const dir = temporaryDir();
    const venue = await startVenue(dir.path);
    const commands = seededCommands(9, 300);
    const send = ({ operation, input }: (typeof commands)[number]) =>
      venue.call(operation, input as Record<string, unknown>);
    for (const command of commands.slice(0, 150)) await send(command);
    const before = await venue.call('getStateHash', {});

    const walBytes = statSync(join(dir.path, 'journal.db-wal')).size;
    limitFiles(venue.pid, walBytes);
    const together = await Promise.all(commands.slice(150, 200).map(send));
    const codes = new Set(
      together.map((answer) => ('problem' in answer ? answer.problem.code : 'ok')),
    );
    expect([...codes]).toEqual(['AUDIT_UNAVAILABLE']);
    expect(await venue.call('getStateHash', {})).toEqual(before);

    limitFiles(venue.pid, 'unlimited');
    const answers = [];
    for (const command of commands.slice(150)) answers.push(await send(command));
    expect(answers.filter((answer) => 'output' in answer).length).toBeGreaterThan(50);
    const audit = await venue.call('listAudit', {});
    const { events } = ('output' in audit ? audit.output : {}) as AuditPage;
    expect(events.map(({ auditSeq }) => auditSeq)).toEqual(events.map((_, index) => index + 1));

    const after = await venue.call('getStateHash', {});
    await venue.kill();
    const again = await startVenue(dir.path);
    expect(await again.call('getStateHash', {})).toEqual(after);
    await again.kill();
    dir.remove();
  },
);
