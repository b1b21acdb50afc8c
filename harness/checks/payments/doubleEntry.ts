/** PAY-LEDGER-01: in every currency debits equal credits, and no posting stands without its event. */
import fc from 'fast-check';
import type { Check } from '../check.ts';
import { balancedAfterKill } from './balancedAfterKill.ts';
import { hold, holdSame } from '../kit/hold.ts';
import type { Entry, Payment, PaymentEvent } from '../../../spec/payments/messages.d.ts';
import { exponentOf } from './currencyTable.ts';
import { acceptedConversions } from './expectedMoney.ts';
import { MONEY_PLOTS, openScene, playAll, SETTLED_ABROAD } from './histories.ts';
import type { History, HistoryScene } from './histories.ts';
import {
  accountSums,
  currencySums,
  imbalanceOf,
  merchantAccount,
  readSums,
  sameSums,
  showSums,
} from './ledgerSums.ts';
import type { Sums } from './ledgerSums.ts';
import { worldOf } from './shop.ts';
import type { Shop } from './shop.ts';
import { holdTrialBalance } from './trialBalance.ts';

const CURRENCIES = [SETTLED_ABROAD.from, SETTLED_ABROAD.to] as const;
const amounts = fc.array(fc.integer({ min: 10, max: 1_000_000 }), {
  minLength: MONEY_PLOTS.length,
  maxLength: MONEY_PLOTS.length,
});
/** Also where all commands are answered at once. */
const MIN_BALANCES = 4;
/** More than any implementation needs for what one run plays. */
const MAX_BALANCES = 2_000;

const entriesBalance: Check = {
  id: 'entries-balance',
  isolation: 'shared',
  run: (context) =>
    context.property(
      amounts,
      async (amountsMinor, session) => {
        const scene = await openScene(session, worldOf(context));
        const { shop } = scene;
        let isOver = false;
        const playing = playAll(MONEY_PLOTS, scene, amountsMinor).finally(() => {
          isOver = true;
        });
        const reading = (async () => {
          for (let read = 0; read < MIN_BALANCES || (!isOver && read < MAX_BALANCES); read += 1) {
            const currency = CURRENCIES[read % CURRENCIES.length] ?? 'EUR';
            await holdTrialBalance(shop, currency, 'While commands run');
            context.hit('balances');
          }
        })();
        const [histories] = await Promise.all([playing, reading]);
        for (const currency of CURRENCIES) {
          await holdTrialBalance(shop, currency, 'When all commands have been answered');
          context.hit('balances');
        }
        for (const { name, paymentId } of histories) {
          for (const entry of await shop.postings(paymentId)) {
            holdEntryBalances(entry, name);
            context.hit('entries');
          }
        }
      },
      { runs: 3 },
    ),
};

function holdEntryBalances(entry: Entry, name: string): void {
  const wrong = imbalanceOf(entry);
  hold(
    wrong === undefined,
    `The ${entry.kind} entry ${entry.entryId} of a payment that was ${name} has ${wrong?.layer} debits of ${wrong?.debitsMinor} and credits of ${wrong?.creditsMinor} ${wrong?.currency}.`,
    'equal sums',
    entry,
  );
}

const accountsTie: Check = {
  id: 'accounts-tie',
  isolation: 'shared',
  run: (context) =>
    context.property(
      amounts,
      async (amountsMinor, session) => {
        const scene = await openScene(session, worldOf(context));
        const { shop } = scene;
        const histories = await playAll(MONEY_PLOTS, scene, amountsMinor);
        const entries: Entry[] = [];
        for (const { paymentId } of histories) entries.push(...(await shop.postings(paymentId)));
        const byCurrency = currencySums(entries);
        for (const currency of CURRENCIES) {
          const told = readSums(await shop.trialBalance(currency));
          hold(
            sameSums(told, byCurrency.get(currency)),
            `The trial balance of a network in ${currency} is not the sum of the lines of its payments.`,
            showSums(byCurrency.get(currency)),
            showSums(told),
          );
        }
        const isOurs = new Set(merchantAccounts(scene));
        for (const [accountId, sums] of accountSums(entries)) {
          const currency = currencyOf(accountId, entries);
          const told = readSums(await shop.account(accountId, currency));
          // An account that is not a merchant's may have lines of other networks, too.
          const ties = isOurs.has(accountId) ? sameSums(told, sums) : hasAtLeast(told, sums);
          hold(
            ties,
            `The account ${accountId} is not the sum of its lines.`,
            showSums(sums),
            showSums(told),
          );
          context.hit('accounts');
        }
        await holdMerchantsPaid(scene, histories, accountSums(entries));
      },
      { runs: 2 },
    ),
};

function merchantsOf({ shop, unwilling, abroad, partners }: HistoryScene): string[] {
  return [shop.merchantId, unwilling, abroad, ...partners];
}

function merchantAccounts(scene: HistoryScene): string[] {
  return merchantsOf(scene).flatMap((merchantId) =>
    CURRENCIES.map((currency) => merchantAccount(merchantId, currency)),
  );
}

function currencyOf(accountId: string, entries: readonly Entry[]): string {
  const lines = entries.flatMap((entry) => entry.lines);
  const currencies = new Set(
    lines.filter((line) => line.accountId === accountId).map(({ currency }) => currency),
  );
  holdSame(
    currencies.size,
    1,
    `The account ${accountId} has lines in ${[...currencies].join(' and ')}: an account has one currency.`,
  );
  return [...currencies][0] ?? '';
}

function hasAtLeast(told: Sums, sums: Sums): boolean {
  return (
    told.debitsPostedMinor >= sums.debitsPostedMinor &&
    told.creditsPostedMinor >= sums.creditsPostedMinor &&
    told.debitsPendingMinor >= sums.debitsPendingMinor &&
    told.creditsPendingMinor >= sums.creditsPendingMinor
  );
}

/** Net captures and allocations less refunds, as the replies told them. */
async function holdMerchantsPaid(
  scene: HistoryScene,
  histories: readonly History[],
  sums: ReadonlyMap<string, Sums>,
): Promise<void> {
  const least = new Map<string, number>();
  const most = new Map<string, number>();
  const pay = (merchantId: string, currency: string, from: number, to: number): void => {
    const accountId = merchantAccount(merchantId, currency);
    least.set(accountId, (least.get(accountId) ?? 0) + from);
    most.set(accountId, (most.get(accountId) ?? 0) + to);
  };
  for (const { paymentId, refunds } of histories) {
    const { merchantId, settlement, allocations } = await scene.shop.get(paymentId);
    if (settlement === null) continue;
    const { currency, netMinor } = settlement;
    const shares = allocations.length > 0 ? allocations : [{ merchantId, amountMinor: netMinor }];
    for (const share of shares)
      pay(share.merchantId, currency, share.amountMinor, share.amountMinor);
    for (const refund of refunds) {
      const { from, to } = refundedIn(settlement, refund.amountMinor);
      pay(merchantId, currency, -to, -from);
    }
  }
  for (const accountId of merchantAccounts(scene)) {
    const account = sums.get(accountId);
    const paid = Number((account?.creditsPostedMinor ?? 0n) - (account?.debitsPostedMinor ?? 0n));
    const [from, to] = [least.get(accountId) ?? 0, most.get(accountId) ?? 0];
    hold(
      paid >= from && paid <= to,
      `The account ${accountId} shows ${paid}, and captures and allocations less refunds are ${from === to ? from : `${from} to ${to}`}.`,
      from === to ? from : [from, to],
      paid,
    );
  }
}

/** A fraction of a converted refund is rounded down or half to even; one refund of a payment stays below gross. */
function refundedIn(
  { rate, currency }: NonNullable<Payment['settlement']>,
  amountMinor: number,
): { from: number; to: number } {
  if (rate === null) return { from: amountMinor, to: amountMinor };
  const exponents = { from: exponentOf(SETTLED_ABROAD.from), to: exponentOf(currency) };
  const accepted = acceptedConversions(amountMinor, rate, exponents);
  return { from: Math.min(...accepted), to: Math.max(...accepted) };
}

/** The types of the events to which an entry of the kind may belong. */
const EVENTS_OF: Readonly<Record<Exclude<Entry['kind'], 'correction'>, readonly string[]>> = {
  // An automatic capture may reserve first, in the same step.
  authorization: ['payment.authorized', 'payment.captured'],
  release: ['payment.captured', 'payment.canceled', 'payment.expired'],
  capture: ['payment.captured'],
  refund: ['payment.refunded'],
};

const postingsHaveEvents: Check = {
  id: 'postings-have-events',
  isolation: 'shared',
  run: (context) =>
    context.property(
      amounts,
      async (amountsMinor, session) => {
        const scene = await openScene(session, worldOf(context));
        const { shop } = scene;
        for (const { name, paymentId } of await playAll(MONEY_PLOTS, scene, amountsMinor)) {
          const look = await readBoth(shop, paymentId, name);
          look.entries.forEach((entry) => holdHasEvent(entry, look));
          look.events.forEach((event) => holdHasEntry(event, look));
          context.hit('entries', look.entries.length);
        }
      },
      { runs: 2 },
    ),
};

interface BothSides {
  readonly name: string;
  readonly captureMethod: Payment['captureMethod'];
  readonly events: readonly PaymentEvent[];
  readonly entries: readonly Entry[];
}

async function readBoth(shop: Shop, paymentId: string, name: string): Promise<BothSides> {
  const { captureMethod } = await shop.get(paymentId);
  const events = await shop.events(paymentId);
  return { name, captureMethod, events, entries: await shop.postings(paymentId) };
}

function holdHasEvent({ entryId, seq, kind }: Entry, { name, events }: BothSides): void {
  const event = events.find((each) => each.seq === seq);
  const isFitting =
    event !== undefined && (kind === 'correction' || EVENTS_OF[kind].includes(event.type));
  hold(
    isFitting,
    `The ${kind} entry ${entryId} of a payment that was ${name} names event ${seq}, which is ${event ? `a ${event.type}` : 'not in the stream'}.`,
    kind === 'correction' ? 'an event of the stream' : EVENTS_OF[kind],
    event,
  );
}

function holdHasEntry(event: PaymentEvent, side: BothSides): void {
  for (const kind of entriesDue(event, side)) {
    hold(
      side.entries.some((entry) => entry.seq === event.seq && entry.kind === kind),
      `Event ${event.seq} of a payment that was ${side.name} is a ${event.type}, and no ${kind} entry names it.`,
      kind,
      side.entries,
    );
  }
}

/** The kinds of entries that the event must have. */
function entriesDue({ type, seq }: PaymentEvent, side: BothSides): Entry['kind'][] {
  const hadHold = side.entries.some((entry) => entry.kind === 'authorization' && entry.seq <= seq);
  const release: Entry['kind'][] = hadHold ? ['release'] : [];
  switch (type) {
    case 'payment.authorized':
      return side.captureMethod === 'manual' ? ['authorization'] : [];
    case 'payment.captured':
      return ['capture', ...release];
    case 'payment.refunded':
      return ['refund'];
    case 'payment.canceled':
    case 'payment.expired':
      return release;
    default:
      return [];
  }
}

export const doubleEntry: readonly Check[] = [
  entriesBalance,
  accountsTie,
  postingsHaveEvents,
  balancedAfterKill,
];
