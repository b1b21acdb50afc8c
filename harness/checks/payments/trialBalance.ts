/** The trial balance of a network has to balance at any moment. */
import { hold } from '../kit/hold.ts';
import { readSums, showSums, unequalLayer } from './ledgerSums.ts';
import type { Shop } from './shop.ts';

/** @throws Violation with `when` in its sentence */
export async function holdTrialBalance(shop: Shop, currency: string, when: string): Promise<void> {
  const sums = readSums(await shop.trialBalance(currency));
  const wrong = unequalLayer(sums);
  hold(
    wrong === undefined,
    `${when} the trial balance in ${currency} has ${wrong?.layer} debits of ${wrong?.debitsMinor} and credits of ${wrong?.creditsMinor}.`,
    'equal sums',
    showSums(sums),
  );
}
