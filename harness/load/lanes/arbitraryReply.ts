/** HTTP replies for tests: whole ones of many kinds, and the same with a few bytes gone wrong. */
import fc from 'fast-check';

/** Some of them hit what both readers look at. */
const header = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('Server: x', 'x: y', 'Empty:', 'Date: 1: 2', 'ETag: "é"'),
  },
  fc.constantFrom('Connection: keep-alive', 'connection:Keep-Alive', 'CONNECTION: close'),
  fc.constantFrom(
    'Connection: keep-alive, close',
    'Connection:  keep-alive ',
    'connection : close',
  ),
  fc.constantFrom('Transfer-Encoding: chunked', 'Transfer-Encodinx: a', 'nonsense', ': x', ' x: y'),
  fc.constantFrom(
    'Content-Length: 0',
    'content-length: 5',
    'Content-Length: -1',
    'Content-Lengti: 5',
  ),
);

const statusLine = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('HTTP/1.1 200 OK', 'HTTP/1.1 201 é', 'HTTP/1.1 422') },
  fc.constantFrom('HTTP/1.1 204 No', 'HTTP/1.1 304 No', 'HTTP/1.1 100 Go', 'HTTP/1.1 101 No'),
  fc.constantFrom('HTTP/1.0 200 OK', 'HTTP/1.1 999 ', 'HTTP/1.1 2000 OK', 'HTTP/1.1  200 OK'),
);

/** Which way of telling the length it has. */
const framing = fc.oneof(
  { weight: 5, arbitrary: fc.constant('length' as const) },
  fc.constantFrom('chunked' as const, 'until-close' as const),
);

export const reply: fc.Arbitrary<Buffer> = fc
  .record({
    statusLine,
    before: fc.array(header, { maxLength: 2 }),
    after: fc.array(header, { maxLength: 1 }),
    framing,
    blank: fc.constantFrom('', ' ', '\t '),
    body: fc.string({ unit: 'binary-ascii', maxLength: 12 }),
    announced: fc.constantFrom('', '', '', 'HTTP/1.1 100 Continue\r\n\r\n'),
  })
  .map((parts) => {
    const { body } = parts;
    const [told, text] = {
      length: [`Content-Length:${parts.blank}${body.length}`, body] as const,
      chunked: ['Transfer-Encoding: chunked', `${chunk(body)}0\r\n\r\n`] as const,
      'until-close': ['X: y', body] as const,
    }[parts.framing];
    const head = [parts.statusLine, ...parts.before, told, ...parts.after].join('\r\n');
    return Buffer.from(`${parts.announced}${head}\r\n\r\n${text}`, 'latin1');
  });

function chunk(body: string): string {
  return body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`;
}

/** In [0, 1), evenly: fc.double spreads over exponents, and nearly all of it lies at zero. */
export const share: fc.Arbitrary<number> = fc.nat({ max: 9_999 }).map((n) => n / 10_000);

interface Mutation {
  readonly kind: 'change' | 'remove' | 'insert' | 'cut';
  readonly at: number;
  readonly byte: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('change', 'remove', 'insert', 'cut'),
  at: share,
  byte: fc.oneof(
    fc.constantFrom(...Buffer.from('\r\n\t :;,0159cCkK-\u00a0\u0085', 'latin1')),
    fc.nat({ max: 255 }),
  ),
});

export const mutatedReply: fc.Arbitrary<Buffer> = fc
  .tuple(reply, fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([bytes, mutations]) => mutations.reduce(mutated, bytes));

function mutated(bytes: Buffer, { kind, at, byte }: Mutation): Buffer {
  const index = Math.floor(at * bytes.length);
  const before = bytes.subarray(0, index);
  switch (kind) {
    case 'change':
      return Buffer.concat([before, Buffer.of(byte), bytes.subarray(index + 1)]);
    case 'remove':
      return Buffer.concat([before, bytes.subarray(index + 1)]);
    case 'insert':
      return Buffer.concat([before, Buffer.of(byte), bytes.subarray(index)]);
    case 'cut':
      return Buffer.from(before);
  }
}
