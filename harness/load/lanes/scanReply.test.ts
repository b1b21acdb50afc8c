import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { responseParser } from '../responseParser.ts';
import { MAX_SCANNED_BYTES, scanReply } from './scanReply.ts';
import { mutatedReply, reply } from './arbitraryReply.ts';

function scan(bytes: Buffer): { status: number; body: string } | undefined {
  const into = { status: 0, bodyStart: 0 };
  if (!scanReply(bytes, bytes.length, into)) return undefined;
  return { status: into.status, body: bytes.toString('latin1', into.bodyStart) };
}

function scanText(text: string): { status: number; body: string } | undefined {
  return scan(Buffer.from(text, 'latin1'));
}

/** What the strict parser says of the same bytes; undefined when it wants more. Throws when it refuses them. */
function parse(bytes: Buffer): { status: number; body: string; keepAlive: boolean } | undefined {
  const parsed = responseParser().push(Buffer.from(bytes));
  return parsed && { ...parsed, body: parsed.body.toString('latin1') };
}

describe('the scanner takes', () => {
  test.each([
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    'HTTP/1.1 200\r\ncontent-length:5\r\n\r\nhello',
    'HTTP/1.1 422 No\r\nX: y: z\r\nCONTENT-LENGTH: \t5\r\nConnection: Keep-Alive\r\n\r\nhello',
    'HTTP/1.1 201 Created\r\nServer: x\r\nEmpty:\r\nContent-Length: 00005\r\n\r\nhello',
  ])('%j', (text) => {
    expect(scanText(text)).toEqual({ status: Number(text.slice(9, 12)), body: 'hello' });
  });

  test('a reply without a body', () => {
    expect(scanText('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')?.body).toBe('');
  });

  test('the greatest reply that fits, and none that does not', () => {
    const head = (bytes: number) => `HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`;
    const room = MAX_SCANNED_BYTES - head(MAX_SCANNED_BYTES).length;
    expect(scanText(head(room) + 'x'.repeat(room))?.body.length).toBe(room);
    expect(scanText(head(room + 1) + 'x'.repeat(room + 1))).toBeUndefined();
  });
});

describe('the scanner leaves to the parser', () => {
  test.each([
    ['another version', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n'],
    ['what is announced', 'HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n'],
    ['a status without a body', 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n'],
    ['an unmodified one', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a status that is no number', 'HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n'],
    ['no length', 'HTTP/1.1 200 OK\r\nX: y\r\n\r\nhello'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n'],
    ['a length with a sign', 'HTTP/1.1 200 OK\r\nContent-Length: +0\r\n\r\n'],
    ['an empty length', 'HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n'],
    ['a length of too many digits', `HTTP/1.1 200 OK\r\nContent-Length: ${'0'.repeat(16)}\r\n\r\n`],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    [
      'both ways of telling the length',
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['the last reply', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nnonsense\r\n\r\n'],
    ['a header without a name', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n: x\r\n\r\n'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n x: y\r\n\r\n'],
    ['half a line end', 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n'],
    ['a bare CR', 'HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 0\r\n\r\n'],
    ['more than it said', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello!'],
    ['a body cut off', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell'],
    ['a head cut off', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(scanText(text)).toBeUndefined();
  });
});

describe('what the scanner takes, the strict parser takes alike', () => {
  test.each([
    ['of replies', reply, 0.2],
    ['of replies with bytes changed, lost and added', mutatedReply, 0.02],
  ])('%s', (_, arbitrary, leastShareTaken) => {
    const runs = 20_000;
    let taken = 0;
    fc.assert(
      fc.property(arbitrary, (bytes) => {
        const scanned = scan(bytes);
        if (scanned === undefined) return;
        taken += 1;
        expect(parse(bytes)).toEqual({ ...scanned, keepAlive: true });
      }),
      { numRuns: runs, seed: 1 },
    );
    expect(taken / runs).toBeGreaterThan(leastShareTaken);
  });

  test('of any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (array) => {
        const bytes = Buffer.from(array);
        expect(scan(bytes)).toSatisfy((scanned) => !scanned || parse(bytes) !== undefined);
      }),
      { numRuns: 2_000, seed: 2 },
    );
  });
});
