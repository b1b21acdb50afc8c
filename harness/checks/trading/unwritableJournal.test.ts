import { expect, test } from 'vitest';
import { evidence } from '../../fault/evidence.ts';
import { openContext } from '../../run/checkContext.ts';
import type { JsonObject } from '../../target/target.ts';
import { SEQUENCED } from './campaign/commands.ts';
import { DEFAULT_FREEDOMS } from './testing/freedoms.ts';
import { inMemoryTarget } from '../testing/inMemoryTarget.ts';
import type { InMemoryVenue, VenueAnswer } from './testing/inMemoryVenue.ts';
import { trading } from './testing/judgeVenue.ts';
import { memoryVenue } from './testing/venues.ts';
import { unwritableJournal } from './unwritableJournal.ts';

const CLOCK_MS = 1_767_605_400_000;
const REFUSED: VenueAnswer = { problem: { code: 'AUDIT_UNAVAILABLE' } };

interface Disk {
  state: 'writable' | 'full';
  /** Commands since it was full. */
  tried: number;
}

/** How a venue takes a command while its journal cannot be written, and afterwards. */
interface Manner {
  readonly whileFull: (venue: InMemoryVenue, disk: Disk, call: () => VenueAnswer) => VenueAnswer;
  /** Whether it refuses until it is started again, or for ever. Default: until it can write. */
  readonly refusesUntil?: 'restart' | 'for ever';
}

async function judge(manner: Manner): Promise<Record<string, number>> {
  const disk: Disk = { state: 'writable', tried: 0 };
  const inner = memoryVenue({ freedoms: DEFAULT_FREEDOMS })(CLOCK_MS);
  let isStuck = false;
  const venue: InMemoryVenue = {
    ...inner,
    call(operation, input) {
      if (!SEQUENCED.has(operation)) return inner.call(operation, input);
      if (disk.state === 'writable' && !isStuck) return inner.call(operation, input);
      if (disk.state === 'writable') return REFUSED;
      disk.tried += 1;
      isStuck = manner.refusesUntil !== undefined;
      return manner.whileFull(inner, disk, () => inner.call(operation, input));
    },
    restart(nowMs) {
      if (manner.refusesUntil !== 'for ever') isStuck = false;
      inner.restart(nowMs);
    },
  };
  const check = unwritableJournal(async () => {
    disk.state = 'full';
    const heal = async () => {
      disk.state = 'writable';
      return evidence('installed', 'as it was');
    };
    return { evidence: evidence('installed', 'full'), heal };
  });
  const opened = openContext({
    ...{ caseStudy: trading, target: inMemoryTarget(trading, venue), seed: 1, effort: 1 },
    ...{ shrink: 'first-failure', deadlineMs: 30_000, nextSuffix: () => '1' },
    launch: () => Promise.reject(new Error('one is enough')),
    onEntry: () => undefined,
  });
  try {
    await check.run(opened.context);
    return opened.hits;
  } finally {
    await opened.close();
  }
}

const refuse: Manner['whileFull'] = () => REFUSED;

test.each<[string, Manner]>([
  ['refuses at once', { whileFull: refuse }],
  [
    'takes what it still can write',
    { whileFull: (_venue, disk, call) => (disk.tried <= 4 ? call() : REFUSED) },
  ],
  ['has to be started again', { whileFull: refuse, refusesUntil: 'restart' }],
])('a venue that %s passes', async (_, manner) => {
  const hits = await judge(manner);
  expect(hits['refused']).toBeGreaterThanOrEqual(5);
  expect(hits['resent']).toBe(hits['refused']);
});

const acknowledged = (venue: InMemoryVenue): VenueAnswer => {
  const answer = venue.call('listAudit', {}) as { output: { events: { output: JsonObject }[] } };
  return { output: { ...answer.output.events.at(-1)!.output, clOrdId: 'never', auditSeq: 999 } };
};

test.each<[string, Manner, RegExp]>([
  [
    'carries out what it refuses',
    {
      whileFull(_venue, _disk, call) {
        call();
        return REFUSED;
      },
    },
    /the state has changed|has it/,
  ],
  [
    'acknowledges what it cannot write',
    { whileFull: (venue) => acknowledged(venue) },
    /does not have that report/,
  ],
  [
    'refuses with another code',
    { whileFull: () => ({ problem: { code: 'OVERLOADED' } }) },
    /instead of AUDIT_UNAVAILABLE/,
  ],
  [
    'never takes a command again',
    { whileFull: refuse, refusesUntil: 'for ever' },
    /refuses every command, also after a restart/,
  ],
])('a venue that %s fails', async (_, manner, sentence) => {
  await expect(judge(manner)).rejects.toThrow(sentence);
});
