/** `casemark report --format` from the command line: from the record of a run, beside its other reports. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FORMAT_NAMES } from '../../harness/report/formats/writeFormats.ts';
import { ended, failure, judged, started } from '../../harness/report/fixtures.ts';
import { openRunRecord } from '../../harness/report/runRecord.ts';
import { runCasemark } from './runCasemark.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casemark-formats-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('writes the named formats and no others, and does not judge again', async () => {
  const record = openRunRecord(folder, 'none');
  for (const event of [started(), judged('TAL-SUM-01.a', 'fail', failure), ended])
    record.event(event);
  record.close();
  const some = await runCasemark(['report', folder, '--format', 'badge,sarif']);
  expect(some.code, some.stderr).toBe(0);
  expect(readdirSync(folder).sort()).toEqual([
    'badge.json',
    'badge.svg',
    'casemark.sarif',
    'events.ndjson',
  ]);
  const all = await runCasemark(['report', folder, '--format', FORMAT_NAMES.join(',')]);
  expect(all.code, all.stderr).toBe(0);
  expect(readdirSync(folder)).toHaveLength(12);
  const unknown = await runCasemark(['report', folder, '--format', 'word']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('openmetrics');
});
