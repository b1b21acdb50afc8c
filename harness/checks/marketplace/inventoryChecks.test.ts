import { expect, test, vi } from 'vitest';
import { sampleOf } from '../testing/sample.ts';
import { conditionalWrites } from './conditionalWrites.ts';
import { conservation } from './conservation.ts';
import { hotProducts } from './hotProduct.ts';
import { idempotentCommands } from './idempotentCommands.ts';
import { neverOversell } from './neverOversell.ts';
import type { Defect } from './testing/defects.ts';
import { judgeMarket } from './testing/judgeMarket.ts';
import { validQuantities } from './validQuantities.ts';

/** What a market in this process has not done soon, it never does. */
vi.mock('./patience.ts', () => ({ MAX_NOT_NOW_MS: 2_000, MAX_RESOLVE_MS: 2_000 }));

const checks = [
  ...neverOversell,
  ...conservation,
  ...validQuantities,
  ...conditionalWrites,
  ...idempotentCommands,
  ...hotProducts,
].map(({ id }) => id);

/** What each finds, whatever else finds it too. */
const FINDS: Readonly<Record<string, readonly Defect[]>> = {
  'flash-sale': ['waits between reading and holding'],
  'never-negative': [
    'adjusts below what is promised',
    'sets stock below what is promised',
    'waits between reading and holding',
  ],
  'stock-is-linearizable': [
    'reads from a copy that lags behind',
    'waits between reading and holding',
    'keeps the version when stock is adjusted',
  ],
  'last-unit': ['waits between reading and holding', 'says CONFLICT_RETRY when stock is out'],
  'conserved-in-every-read': ['tells what is on hand without what is confirmed'],
  'stock-follows-the-model': [
    'takes a product in two lines',
    'adjusts below what is promised',
    'holds the lines that it can',
    'counts released units for the limit',
    'confirms what was released',
    'gives back twice what a declined order held',
    'ships without moving units',
    'ships again what was shipped',
    'cancels what was shipped',
    'orders a reservation twice',
  ],
  'invalid-quantities': ['takes quantities below one'],
  'all-or-nothing': ['holds the lines that it can'],
  'no-stock-below-promises': [
    'sets stock below what is promised',
    'adjusts below what is promised',
  ],
  'limit-per-customer': [
    'ignores the limit per customer',
    'counts the limit for each reservation by itself',
    'looks at the limit before its turn',
    'counts released units for the limit',
    'forgets confirmed units for the limit',
  ],
  'stale-version-refused': [
    'ignores If-Match',
    'refuses another version without the ETag',
    'sets stock that it refuses',
    'takes any version for a product without a record',
  ],
  'one-conditional-write-wins': [
    'ignores If-Match',
    'looks at the version before its turn',
    'looks for the record before its turn',
  ],
  'version-grows': [
    'keeps the version when a hold is given back',
    'keeps the version when stock is adjusted',
    'tells another ETag than the version',
  ],
  'same-key-acts-once': ['knows no keys'],
  'one-hold-per-key': [
    'knows no keys',
    'takes a repetition in flight for a new command',
    'adjusts twice under one key in flight',
  ],
  'key-with-another-request': [
    'takes another body for the same request',
    'takes another payment for the same request',
  ],
  'refusals-burn-no-key': ['keeps refusals under their keys'],
  'keys-are-kept': [
    'forgets keys in a crash',
    'forgets keys after twelve hours',
    'forgets declines in a crash',
  ],
  'hot-product': [
    'waits between reading and holding',
    'takes a sold-out product for its whole shard',
  ],
};

test('every check finds a defect', () => {
  expect(Object.keys(FINDS).sort()).toEqual([...checks].sort());
});

const pairs = Object.entries(FINDS).flatMap(([check, defects]) =>
  defects.map((defect) => [check, defect] as const),
);

// Side by side: some checks wait for what such a market never does.
test.concurrent.for(pairs)(
  '%s finds a market that %s',
  { timeout: 60_000 },
  async ([check, defect]) => {
    for (const seed of sampleOf([7], [7, 23])) {
      const [judged] = await judgeMarket({ checks: [check], defects: [defect], seed });
      expect(judged?.verdict, `seed ${seed}: ${judged?.reason}`).toMatch(/^(fail|warn)$/);
    }
  },
);
