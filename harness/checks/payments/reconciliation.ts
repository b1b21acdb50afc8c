/** PAY-REC-01: a settlement file is compared with the ledger line by line. */
import fc from 'fast-check';
import type {
  Mismatch,
  ReconciliationRun,
  RunReconciliation,
} from '../../../spec/payments/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { holdRefused } from './refusals.ts';
import { openBooks } from './settlementBooks.ts';
import type { Books } from './settlementBooks.ts';
import { brokenFile, completeFile } from './settlementFile.ts';
import type { ExpectedMismatch, SettlementFile } from './settlementFile.ts';
import { worldOf } from './shop.ts';

/** More than the groups of lines in a file. */
const MAX_GROUPS = 30;

const plans = fc.record({
  amountsMinor: fc.array(fc.integer({ min: 200, max: 1_000_000 }), { minLength: 4, maxLength: 8 }),
  order: fc.array(fc.nat(), { minLength: MAX_GROUPS, maxLength: MAX_GROUPS }),
});

function withBooks(
  context: CheckContext,
  runs: number,
  look: (books: Books, broken: SettlementFile) => Promise<void>,
): Promise<void> {
  return context.property(
    plans,
    async ({ amountsMinor, order }, session) => {
      const books = await openBooks(session, worldOf(context), amountsMinor);
      await look(books, brokenFile(books, order));
    },
    { runs },
  );
}

function reconcile(
  { shop }: Books,
  { lines }: Pick<SettlementFile, 'lines'>,
  more: Partial<RunReconciliation> = {},
): Promise<ReconciliationRun> {
  return shop.reconcile({ ...more, lines: [...lines] as RunReconciliation['lines'] });
}

const discrepanciesClassified: Check = {
  id: 'discrepancies-classified',
  isolation: 'shared',
  async run(context) {
    const kinds = new Set<string>();
    await withBooks(context, 2, async (books, broken) => {
      holdFound(await reconcile(books, broken), broken, 'a file with discrepancies');
      for (const { kind } of broken.mismatches) {
        context.hit('discrepancies');
        if (!kinds.has(kind)) context.hit('kinds');
        kinds.add(kind);
      }
      const complete = completeFile(books);
      const { firstMs, lastMs } = books;
      const inTime = { fromMs: firstMs, toMs: lastMs + 1 };
      holdFound(await reconcile(books, complete, inTime), complete, 'a complete file');
      const tooEarly = await reconcile(books, complete, { fromMs: 0, toMs: firstMs });
      holdFound(tooEarly, ofAnotherTime(complete), 'a file of an earlier time');
    });
  },
};

/** Nothing was captured or refunded before `toMs`, which is exclusive. */
function ofAnotherTime({ lines }: SettlementFile): SettlementFile {
  const mismatches = lines.map(({ externalId }): ExpectedMismatch => ({
    ...{ kind: 'STATE_MISMATCH', externalId, record: null },
  }));
  return { lines, matched: 0, mismatches };
}

function holdFound(run: ReconciliationRun, file: SettlementFile, what: string): void {
  const found = run.mismatches.map(nameFound);
  const expected = file.mismatches.map(nameExpected);
  const missed = expected.filter((each) => !found.includes(each));
  const extra = found.filter((each) => !expected.includes(each));
  const wrong = [
    ...(missed.length > 0 ? [`misses ${missed.join(', ')}`] : []),
    ...(extra.length > 0 ? [`has ${extra.join(', ')}, which is none`] : []),
    `has ${found.length}`,
  ];
  hold(
    missed.length === 0 && extra.length === 0 && found.length === expected.length,
    `The reconciliation of ${what} should have ${expected.length} mismatches, but it ${wrong.join(', and it ')}.`,
    expected,
    run.mismatches,
  );
  holdSame(
    run.matched,
    file.matched,
    `The reconciliation of ${what} should match ${file.matched} lines, and matched ${run.matched}.`,
  );
}

function nameFound({ kind, externalId, paymentId, refundId }: Mismatch): string {
  return kind === 'MISSING_EXTERNAL'
    ? `${kind} of ${refundId ?? paymentId}`
    : `${kind} of line ${externalId}`;
}

function nameExpected({ kind, externalId, record }: ExpectedMismatch): string {
  return externalId === null ? `${kind} of ${record}` : `${kind} of line ${externalId}`;
}

const countsAddUp: Check = {
  id: 'counts-add-up',
  isolation: 'shared',
  run: (context) =>
    withBooks(context, 1, async (books, broken) => {
      const { length: records } = completeFile(books).lines;
      const missing = broken.mismatches.filter(({ externalId }) => externalId === null).length;
      const files = [
        { what: 'a file with discrepancies', lines: broken.lines, missing },
        { what: 'a complete file', lines: completeFile(books).lines, missing: 0 },
        { what: 'an empty file', lines: [], missing: records },
      ];
      for (const { what, lines, missing: unlined } of files) {
        const { matched, mismatches } = await reconcile(books, { lines });
        const counted = matched + mismatches.length;
        holdSame(
          counted,
          lines.length + unlined,
          `The reconciliation of ${what} has ${lines.length} lines and misses ${unlined} records, but ${matched} matched and ${mismatches.length} mismatches are ${counted}.`,
        );
        context.hit('runs');
      }
    }),
};

const rerunIsIdempotent: Check = {
  id: 'rerun-is-idempotent',
  isolation: 'shared',
  run: (context) =>
    withBooks(context, 1, async (books, broken) => {
      const { shop } = books;
      const before = await lookAround(books);
      for (const [index, { lines }] of [broken, completeFile(books), { lines: [] }].entries()) {
        const batchId = shop.id(`batch${index}`);
        const first = await reconcile(books, { lines }, { batchId });
        const again = await reconcile(books, { lines }, { batchId });
        holdSame(
          inOrder(again),
          inOrder(first),
          'The same batch with the same lines should give the same run again, and gives another one.',
        );
        const others = lines.length > 0 ? lines.slice(1) : broken.lines;
        const reply = await shop.attempt('runReconciliation', {
          ...{ batchId, networkId: shop.networkId, providerId: shop.providerId },
          ...{ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, lines: [...others] },
        });
        holdRefused(reply, ['IDEMPOTENCY_KEY_REUSED'], 'The same batch with other lines');
        context.hit('reruns');
      }
      holdSame(
        await lookAround(books),
        before,
        'A reconciliation should move no money and add no events: payments, events, postings or charges have changed.',
      );
    }),
};

function inOrder({ mismatches, totals, ...run }: ReconciliationRun): object {
  const byText = (a: unknown, b: unknown): number =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
  return { ...run, mismatches: [...mismatches].sort(byText), totals: [...totals].sort(byText) };
}

/** All that a run could have touched. */
async function lookAround({ shop, captures, unsettled }: Books): Promise<object> {
  const payments: object[] = [];
  for (const paymentId of new Set([...captures, ...unsettled].map((each) => each.paymentId))) {
    const [payment, events, postings] = await Promise.all([
      ...[shop.get(paymentId), shop.events(paymentId), shop.postings(paymentId)],
    ]);
    payments.push({ payment, events, postings });
  }
  const balances = await Promise.all([shop.trialBalance('EUR'), shop.trialBalance('JPY')]);
  return { payments, balances, charges: await shop.charges() };
}

const totalsTie: Check = {
  id: 'totals-tie',
  isolation: 'shared',
  run: (context) =>
    withBooks(context, 2, async (books, broken) => {
      const { totals } = await reconcile(books, broken);
      const internal = sumByCurrency([...books.captures, ...books.refunds]);
      const external = sumByCurrency(broken.lines);
      for (const currency of new Set([...internal.keys(), ...external.keys()])) {
        const [ledger, file] = [internal.get(currency) ?? 0, external.get(currency) ?? 0];
        const told = totals.filter((total) => total.currency === currency);
        const expected = {
          ...{ currency, internalMinor: ledger, externalMinor: file },
          differenceMinor: file - ledger,
        };
        const [total] = told;
        const shown = total && {
          ...{ currency, internalMinor: total.internalMinor, externalMinor: total.externalMinor },
          differenceMinor: total.differenceMinor,
        };
        holdSame(
          told.length === 1 ? shown : told,
          expected,
          `The totals in ${currency} should be ${ledger} by the ledger and ${file} by the file, and are ${shown ? `${shown.internalMinor} and ${shown.externalMinor}, with the difference ${shown.differenceMinor}` : 'missing'}.`,
        );
        context.hit('totals');
      }
    }),
};

/** Charges less refunds. */
function sumByCurrency(
  lines: readonly { type: 'charge' | 'refund'; amountMinor: number; currency: string }[],
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { type, amountMinor, currency } of lines) {
    const signed = type === 'charge' ? amountMinor : -amountMinor;
    sums.set(currency, (sums.get(currency) ?? 0) + signed);
  }
  return sums;
}

export const reconciliation: readonly Check[] = [
  discrepanciesClassified,
  countsAddUp,
  rerunIsIdempotent,
  totalsTie,
];
