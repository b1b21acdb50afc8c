import { describe, expect, test } from 'vitest';
import { MalformedResponse, responseParser } from './responseParser.ts';
import type { ParsedResponse } from './responseParser.ts';

const FIXED = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello';
const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: z\r\n\r\n';

/** Pushes the text in pieces of so many bytes. */
function parse(text: string, piece = text.length): ParsedResponse | undefined {
  const parser = responseParser();
  const bytes = Buffer.from(text, 'latin1');
  let response: ParsedResponse | undefined;
  for (let at = 0; at < bytes.length; at += piece) {
    response = parser.push(bytes.subarray(at, at + piece)) ?? response;
  }
  return response ?? parser.end();
}

describe('a response', () => {
  test.each([1, 2, 3, 7, 1000])('is read whole in pieces of %i bytes', (piece) => {
    for (const text of [FIXED, CHUNKED]) {
      const response = parse(text, piece)!;
      expect(response.status).toBe(200);
      expect(response.body.toString()).toBe('hello');
      expect(response.keepAlive).toBe(true);
    }
  });

  test('may follow another one on its connection', () => {
    const parser = responseParser();
    for (let round = 0; round < 3; round += 1) {
      expect(parser.push(Buffer.from(round % 2 ? CHUNKED : FIXED))?.body.toString()).toBe('hello');
    }
  });

  test('without a length ends with its connection, and the connection with it', () => {
    const { body, keepAlive } = parse('HTTP/1.1 200 OK\r\n\r\nhello')!;
    expect(body.toString()).toBe('hello');
    expect(keepAlive).toBe(false);
  });

  test.each([
    ['HTTP/1.1 204 No Content\r\n\r\n', true],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n', false],
    ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', false],
    ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n', true],
  ])('%j leaves its connection %s', (text, keepAlive) => {
    expect(parse(text)).toMatchObject({ keepAlive });
  });

  test('is not the 100 Continue before it', () => {
    expect(parse(`HTTP/1.1 100 Continue\r\n\r\n${FIXED}`)?.status).toBe(200);
  });
});

describe('what is no response is refused:', () => {
  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n'],
    [
      'two lengths that differ',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    ],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
    ['a chunk beyond its size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n'],
    ['more than it said', `${FIXED}!`],
    ['a body cut off', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell'],
    ['chunks cut off', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel'],
    ['headers cut off', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`],
  ])('%s', (_, text) => {
    expect(() => parse(text)).toThrow(MalformedResponse);
  });
});
