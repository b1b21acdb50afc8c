import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findSentinels, scanForSentinels } from './scanForSentinels.ts';

const card = { name: 'card 1', text: '4242427318502966' };
const iban = { name: 'IBAN 1', text: 'GB82WEST12345698765432' };
const sentinels = [card, iban];

const UTF16BE = Buffer.from(card.text, 'utf16le').swap16();
const INTEGER = Buffer.alloc(8);
INTEGER.writeBigInt64BE(BigInt(card.text));

describe('a sentinel is found', () => {
  test.each<[string, string, Buffer | string]>([
    ['plain', 'plain', card.text],
    ['in a JSON document', 'plain', JSON.stringify({ number: card.text })],
    ['with spaces', 'separated', '4242 4273 1850 2966'],
    ['with dashes', 'separated', '4242-4273-1850-2966'],
    ['in UTF-16, little end first', 'UTF-16', Buffer.from(card.text, 'utf16le')],
    ['in UTF-16, big end first', 'UTF-16', UTF16BE],
    ['in UTF-16 with spaces', 'UTF-16', Buffer.from('4242 4273 1850 2966', 'utf16le')],
    ['in base64', 'base64', btoa(card.text)],
    ['in base64 of a document', 'base64', btoa(`{"number":"${card.text}"}`)],
    ['in base64, shifted by one byte', 'base64', btoa(`{ "number":"${card.text}"}`)],
    ['in base64, shifted by two bytes', 'base64', btoa(`{  "number":"${card.text}"}`)],
    ['in hex', 'hex', Buffer.from(card.text).toString('hex')],
    ['in hex with spaces', 'hex', '34 32 34 32 34 32 37 33 31 38 35 30 32 39 36 36'],
    ['with two digits a byte', 'packed decimal', Buffer.from(card.text, 'hex')],
    ['as an integer', 'binary integer', INTEGER],
    ['as an integer, little end first', 'binary integer', Buffer.from(INTEGER).reverse()],
  ])('%s', (_how, form, bytes) => {
    const before = Buffer.from('some text. ');
    const file = Buffer.concat([before, Buffer.from(bytes as string), Buffer.from(' and more')]);
    const found = findSentinels(file, sentinels);
    expect(found).toMatchObject([{ sentinel: 'card 1', form }]);
    expect(found[0]!.offset).toBeGreaterThanOrEqual(before.length);
  });

  test('with letters, whatever their case', () => {
    expect(findSentinels(Buffer.from('iban gb82 west 1234 5698 7654 32'), sentinels)).toEqual([
      { sentinel: 'IBAN 1', form: 'separated', offset: 5 },
    ]);
    const base64 = Buffer.from(btoa(`to ${iban.text}.`));
    expect(findSentinels(base64, sentinels)).toMatchObject([{ sentinel: 'IBAN 1' }]);
  });
});

test('a sentinel that is an expression is found where it matches', () => {
  const code = { name: 'a code', expression: /code[:=]123/g };
  expect(findSentinels(Buffer.from('123, code=123'), [code])).toEqual([
    { sentinel: 'a code', form: 'plain', offset: 5 },
  ]);
});

test.each([
  ['its last four digits', 'card ending in 2966'],
  ['its first six and last four', '424242******2966'],
  ['another number that differs in one digit', '4242427318502967'],
  ['its digits with other text between', '4242427318,502966'],
])('%s are no finding', (_what, text) => {
  expect(findSentinels(Buffer.from(text), sentinels)).toEqual([]);
});

describe('a directory', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'casemark-scan-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('that is clean is clean, and its bytes are counted', () => {
    writeFileSync(join(dir, 'journal'), 'a payment of **** 2966\n'.repeat(1_000));
    writeFileSync(join(dir, 'empty'), '');
    const scan = scanForSentinels(dir, sentinels);
    expect(scan).toEqual({ findings: [], files: 2, bytes: 23_000, leftOut: [] });
  });

  test('is searched in its folders; file, offset and form are told, once each', () => {
    mkdirSync(join(dir, 'a/b'), { recursive: true });
    const file = join(dir, 'a/b/data');
    writeFileSync(file, `${'x'.repeat(100)}${card.text} ${card.text} ${btoa(card.text)}`);
    const { findings } = scanForSentinels(dir, sentinels);
    expect(findings).toEqual([
      { file, sentinel: 'card 1', form: 'plain', offset: 100 },
      { file, sentinel: 'card 1', form: 'base64', offset: 134 },
    ]);
  });

  test('shows what lies over the border of two reads', () => {
    const border = 4 * 1024 * 1024;
    for (const shift of [0, 7, 15, 16]) {
      writeFileSync(join(dir, `at-${shift}`), Buffer.alloc(border - shift) + card.text);
    }
    const { findings } = scanForSentinels(dir, sentinels);
    expect(findings.map(({ offset }) => offset).sort()).toEqual(
      [0, 7, 15, 16].map((shift) => border - shift).sort(),
    );
  });

  test('is left by no link, and a pipe in it is not waited for', () => {
    const outside = mkdtempSync(join(tmpdir(), 'casemark-outside-'));
    writeFileSync(join(outside, 'file'), card.text);
    symlinkSync(outside, join(dir, 'folder'));
    symlinkSync(join(outside, 'file'), join(dir, 'link'));
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    expect(scanForSentinels(dir, sentinels)).toMatchObject({ findings: [], files: 0 });
    rmSync(outside, { recursive: true });
  });

  test('beyond the bounds is told to be left out', () => {
    for (const name of ['a', 'b', 'c']) writeFileSync(join(dir, name), 'x'.repeat(100));
    const bounds = { maxFiles: 2, maxBytes: 1_000, maxMs: 1_000 };
    expect(scanForSentinels(dir, sentinels, bounds).leftOut).toHaveLength(1);
    expect(
      scanForSentinels(dir, sentinels, { ...bounds, maxFiles: 9, maxBytes: 150 }).leftOut,
    ).not.toEqual([]);
    expect(scanForSentinels(dir, sentinels, { ...bounds, maxFiles: 3 }).leftOut).toEqual([]);
  });
});
