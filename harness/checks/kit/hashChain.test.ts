import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainHash, findBrokenLink, GENESIS_HASH } from './hashChain.ts';

interface ChainedEvent {
  readonly seq: number;
  readonly data: Readonly<Record<string, string | number>>;
  readonly prevHash: string;
  readonly hash: string;
}

function chainOf(texts: readonly string[]): ChainedEvent[] {
  const events: ChainedEvent[] = [];
  for (const [index, text] of texts.entries()) {
    const prevHash = events.at(-1)?.hash ?? GENESIS_HASH;
    const body = { seq: index + 1, data: { text, amountMinor: 1_000 + index }, prevHash, hash: '' };
    events.push({ ...body, hash: chainHash(body) });
  }
  return events;
}

const texts = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 });

test('the hash is that of the canonical JSON, whatever the order of the members', () => {
  const one = { seq: 1, data: { b: 1, a: 'é' }, prevHash: GENESIS_HASH, hash: '' };
  const other = { hash: 'another', prevHash: GENESIS_HASH, data: { a: 'é', b: 1 }, seq: 1 };
  // printf '{"data":{"a":"é","b":1},"seq":1}' behind 32 zero bytes, by sha256sum (GNU coreutils).
  const expected = '74e42ad9c2ab9a9f930a5645ef98ea7be5fe402b442e75324264399c5bd2a0f8';
  expect(chainHash(one)).toBe(expected);
  expect(chainHash(other)).toBe(expected);
});

test('an honest chain has no broken link', () => {
  fc.assert(fc.property(texts, (each) => findBrokenLink(chainOf(each)) === undefined));
});

test('one changed byte is found at the event that has it', () => {
  fc.assert(
    fc.property(texts, fc.nat(), fc.nat(), (each, at, place) => {
      const events = chainOf(each);
      const index = at % events.length;
      const changed = events.map((event, each) =>
        each === index ? withChangedByte(event, place) : event,
      );
      const broken = findBrokenLink(changed);
      expect(broken?.event.seq).toBe(index + 1);
      expect(broken?.wrong).toBe('hash');
    }),
  );
});

function withChangedByte(event: ChainedEvent, place: number): ChainedEvent {
  const { text } = event.data as { text: string };
  const at = place % text.length;
  const other = text[at] === 'x' ? 'y' : 'x';
  return {
    ...event,
    data: { ...event.data, text: text.slice(0, at) + other + text.slice(at + 1) },
  };
}

test('an event that was taken out is found at the one behind it', () => {
  const [first, , third] = chainOf(['a', 'b', 'c']) as [ChainedEvent, ChainedEvent, ChainedEvent];
  expect(findBrokenLink([first, third])).toMatchObject({ event: { seq: 3 }, wrong: 'prevHash' });
});

test('a chain that began earlier is verified from where it is known', () => {
  const [first, second] = chainOf(['a', 'b']) as [ChainedEvent, ChainedEvent];
  expect(findBrokenLink([second], first.hash)).toBeUndefined();
  expect(findBrokenLink([second])).toMatchObject({ wrong: 'prevHash', expected: GENESIS_HASH });
});
