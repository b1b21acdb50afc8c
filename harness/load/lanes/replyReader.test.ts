import fc from 'fast-check';
import { expect, test } from 'vitest';
import { responseParser } from '../responseParser.ts';
import type { ParsedResponse } from '../responseParser.ts';
import { mutatedReply, reply, share } from './arbitraryReply.ts';
import { ReplyReader } from './replyReader.ts';

/** What a reader made of each piece in turn, up to the first refusal, and of the end. */
type Outcome = string;

function outcomesOf(
  read: (piece: Buffer) => ParsedResponse | undefined,
  end: () => ParsedResponse | undefined,
  pieces: readonly Buffer[],
): Outcome[] {
  const outcomes: Outcome[] = [];
  try {
    for (const piece of pieces) outcomes.push(shown(read(piece)));
    outcomes.push(shown(end()));
  } catch (error) {
    outcomes.push(`refused: ${(error as Error).message}`);
  }
  return outcomes;
}

function shown(response: ParsedResponse | undefined): Outcome {
  if (response === undefined) return 'more';
  return `${response.status} ${response.keepAlive} ${response.body.toString('latin1')}`;
}

/** Every piece goes through the beginning of the same buffer, as it does in a lane. */
function byReader(pieces: readonly Buffer[]): Outcome[] {
  const shared = Buffer.alloc(64 * 1024);
  const reader = new ReplyReader();
  const read = (piece: Buffer): ParsedResponse | undefined => {
    shared.fill('!');
    piece.copy(shared);
    return reader.read(shared, piece.length);
  };
  return outcomesOf(read, () => reader.end(), pieces);
}

function byParser(pieces: readonly Buffer[]): Outcome[] {
  const parser = responseParser();
  return outcomesOf(
    (piece) => parser.push(Buffer.from(piece)),
    () => parser.end(),
    pieces,
  );
}

/** In two at every place, and byte by byte. */
function* splits(bytes: Buffer): Generator<Buffer[]> {
  yield [bytes];
  for (let at = 1; at < bytes.length; at += 1) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield [...bytes].map((byte) => Buffer.of(byte));
}

test.each([
  ['replies', reply],
  ['replies with bytes changed, lost and added', mutatedReply],
])('%s are read as the strict parser reads them, wherever they are split', (_, arbitrary) => {
  fc.assert(
    fc.property(arbitrary, (bytes) => {
      for (const pieces of splits(bytes)) expect(byReader(pieces)).toEqual(byParser(pieces));
    }),
    { numRuns: 300, seed: 3 },
  );
});

test('replies that follow one another on a connection are, too', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(reply, share), { maxLength: 5 }), (all) => {
      const pieces = all.flatMap(([bytes, at]) => {
        const cut = Math.round(at * bytes.length);
        return [bytes.subarray(0, cut), bytes.subarray(cut)].filter((piece) => piece.length > 0);
      });
      expect(byReader(pieces)).toEqual(byParser(pieces));
    }),
    { numRuns: 2_000, seed: 4 },
  );
});
