import { expect, test } from 'vitest';
import { tasksThatFail } from '../micro/brokenEngine.ts';

test.each<[task: string, file: string, search: string, replace: string]>([
  [
    'ledger: an entry of two lines',
    'eventStore/ledger.ts',
    'else sums.creditsPostedMinor += amountMinor;',
    'else sums.creditsPostedMinor = amountMinor;',
  ],
  [
    'event: append (canonical JSON, hash, fold)',
    'eventStore/eventRecord.ts',
    'end?.lastHash ?? GENESIS_HASH, body',
    'GENESIS_HASH, body',
  ],
  [
    'event: append and store, 64 payments a commit',
    '../kit/commitQueue.ts',
    'store.write(carried.length === 0 ? written :',
    'store.write(carried.length === 0 ? written.slice(1) :',
  ],
  [
    'recovery: an event',
    'platform/state.ts',
    'for (const { lines } of record.entries) state.ledger.post(payment.networkId, lines);',
    '',
  ],
  ['money: fee', 'money/fee.ts', '+ BPS_PER_WHOLE - 1n', ''],
  ['money: convert', 'money/convert.ts', '10n ** BigInt(toExponent)', '10n ** 2n'],
  ['money: allocate over five', 'money/allocate.ts', 'b.remainder - a.remainder', '0n'],
  [
    'settlement: convert, fee, five splits',
    'regionRouters/settlement.ts',
    'const netMinor = grossMinor - feeMinor;',
    'const netMinor = grossMinor;',
  ],
  [
    'reconcile: a line, of 1000',
    'reconciliation/reconcile.ts',
    'seenExternalIds.has(line.externalId) || seenNames.has(name)',
    'seenExternalIds.has(line.externalId)',
  ],
  [
    'card number: check digit',
    'methods/luhn.ts',
    'digit > 4 ? digit * 2 - 9 : digit * 2',
    'digit * 2',
  ],
  ['IBAN: check digits', 'methods/iban.ts', 'value > 9 ? 100 : 10', '10'],
  [
    'decisions: fraud and compliance',
    'fraudDetection/fraudDecision.ts',
    'score >= reviewFrom',
    'score > reviewFrom',
  ],
  ['reply: a payment', 'platform/paymentView.ts', 'exponentOf(currency) ?? 0', '0'],
  ['webhook: signature', 'webhooks/signature.ts', '`${seconds}.${body}`', 'body'],
])('the check of "%s" sees a defect of its engine', (task, file, search, replace) => {
  const failed = tasksThatFail('payments', { file: `payments/${file}`, search, replace }, task);
  expect(failed.filter((sentence) => sentence.startsWith(`${task}: `))).toHaveLength(1);
});
