/** PAY-LEDGER-02: entries are never changed; corrections are new entries. */
import fc from 'fast-check';
import type { Entry, Line } from '../../../spec/payments/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { accountSums, merchantAccount } from './ledgerSums.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';

const amounts = fc.record({
  amountMinor: fc.integer({ min: 10, max: 1_000_000 }),
  /** Of the amount. */
  capturedPercent: fc.constantFrom(30, 99, 100),
});

const postingsAreImmutable: Check = {
  id: 'postings-are-immutable',
  isolation: 'shared',
  run: (context) =>
    context.property(
      amounts,
      async ({ amountMinor, capturedPercent }, session) => {
        const shop = await openShop(session, worldOf(context), {
          network: { fee: { bps: 290, fixedMinor: 3 } },
        });
        const { paymentId } = await shop.authorize({ amountMinor });
        const captured = Math.ceil((amountMinor * capturedPercent) / 100);
        const part = Math.ceil(captured / 3);
        const commands: [string, () => Promise<unknown>][] = [
          [
            'capturePayment',
            async () =>
              okOutput(
                'capturePayment',
                await shop.command('capturePayment', paymentId, { amountMinor: captured }),
              ),
          ],
          ['createRefund', async () => refund(shop, paymentId, part)],
          ['createRefund', async () => refund(shop, paymentId, captured - part)],
          // One that is refused has nothing to append either.
          ['cancelPayment', () => shop.command('cancelPayment', paymentId)],
        ];
        let before = await shop.postings(paymentId);
        for (const [operation, send] of commands) {
          await send();
          const after = await shop.postings(paymentId);
          holdOnlyAppended(before, after, operation);
          context.hit('compared', before.length);
          before = after;
        }
      },
      { runs: 4 },
    ),
};

async function refund(shop: Shop, paymentId: string, amountMinor: number): Promise<void> {
  okOutput('createRefund', await shop.refund(paymentId, { amountMinor }));
}

function holdOnlyAppended(
  before: readonly Entry[],
  after: readonly Entry[],
  operation: string,
): void {
  const byId = new Map(after.map((entry) => [entry.entryId, entry]));
  holdSame(byId.size, after.length, 'Two ledger entries of a payment have the same entryId.');
  for (const entry of before) {
    holdSame(
      byId.get(entry.entryId),
      entry,
      `${operation} ${byId.has(entry.entryId) ? 'changed' : 'took away'} the ${entry.kind} entry ${entry.entryId}, which was there before.`,
    );
  }
}

const releasesReverse: Check = {
  id: 'releases-reverse',
  isolation: 'shared',
  run: (context) =>
    context.property(
      amounts,
      async ({ amountMinor, capturedPercent }, session) => {
        const shop = await openShop(session, worldOf(context));
        const captured = { amountMinor: Math.ceil((amountMinor * capturedPercent) / 100) };
        for (const [operation, more] of [
          ['capturePayment', captured],
          ['cancelPayment', {}],
        ] as const) {
          const { paymentId } = await shop.authorize({ amountMinor });
          okOutput(operation, await shop.command(operation, paymentId, more));
          const entries = await shop.postings(paymentId);
          context.hit('releases', holdReleases(shop, entries, operation));
        }
      },
      { runs: 5 },
    ),
};

/** @returns how many releases there are */
function holdReleases({ merchantId }: Shop, entries: readonly Entry[], operation: string): number {
  const releases = entries.filter(({ kind }) => kind === 'release');
  hold(
    releases.length > 0,
    `${operation} of an authorised payment should release what was reserved, and there is no release entry.`,
    'a release entry',
    entries,
  );
  for (const release of releases) {
    const reserved = entries.find(({ entryId }) => entryId === release.reverses);
    hold(
      reserved?.kind === 'authorization',
      `The release entry ${release.entryId} should name in "reverses" the authorization entry that it takes back, and names ${release.reverses === null ? 'none' : release.reverses}.`,
      'the entryId of an authorization of the payment',
      release,
    );
  }
  for (const reserved of entries.filter(({ kind }) => kind === 'authorization')) {
    const back = releases.filter(({ reverses }) => reverses === reserved.entryId);
    for (const line of reserved.lines) holdNotMoreThan(line, reserved, back);
  }
  const sums = accountSums(entries).get(merchantAccount(merchantId, 'EUR'));
  hold(
    sums !== undefined && sums.creditsPendingMinor === sums.debitsPendingMinor,
    `After ${operation} the payment still has ${(sums?.creditsPendingMinor ?? 0n) - (sums?.debitsPendingMinor ?? 0n)} reserved on the merchant’s account: the whole authorisation should be released.`,
    '0',
    String((sums?.creditsPendingMinor ?? 0n) - (sums?.debitsPendingMinor ?? 0n)),
  );
  return releases.length;
}

/** Of each account and side: the opposite lines of the releases, together. */
function holdNotMoreThan(
  { accountId, layer, direction, currency }: Line,
  reserved: Entry,
  releases: readonly Entry[],
): void {
  const sum = (entries: readonly Entry[], wanted: Line['direction']): number =>
    entries
      .flatMap(({ lines }) => lines)
      .filter((line) => line.accountId === accountId && line.layer === layer)
      .filter((line) => line.direction === wanted && line.currency === currency)
      .reduce((total, { amountMinor }) => total + amountMinor, 0);
  const opposite = direction === 'debit' ? 'credit' : 'debit';
  const given = sum([reserved], direction);
  const taken = sum(releases, opposite);
  hold(
    taken <= given,
    `The authorization entry ${reserved.entryId} reserved ${given} ${currency} on ${accountId}, and ${taken} are taken back.`,
    given,
    taken,
  );
}

export const immutablePostings: readonly Check[] = [postingsAreImmutable, releasesReverse];
