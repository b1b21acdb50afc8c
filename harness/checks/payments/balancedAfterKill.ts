/** PAY-LEDGER-01.d: a crash leaves the ledger balanced, with all that was acknowledged in it. */
import type { Entry } from '../../../spec/payments/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { killedWaves } from './killedWaves.ts';
import type { Acknowledged } from './killedWaves.ts';
import { accountSums, imbalanceOf, merchantAccount } from './ledgerSums.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';
import { holdTrialBalance } from './trialBalance.ts';

const KILLS = 4;

export const balancedAfterKill: Check = {
  id: 'balanced-after-kill',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const shop = await openShop(context.session(), worldOf(context), {
      network: { fee: { bps: 250, fixedMinor: 5 } },
    });
    let creditedMinor = 0;
    let debitedMinor = 0;
    await killedWaves(context, shop, KILLS, async (acknowledged) => {
      await holdTrialBalance(shop, 'EUR', 'After SIGKILL and a restart');
      for (const each of acknowledged) {
        if (await isInLedger(shop, each)) context.hit('acknowledged');
        if (each.kind === 'refund') debitedMinor += each.refund.amountMinor;
        else creditedMinor += each.payment.settlement?.netMinor ?? 0;
      }
      await holdInAccount(shop, creditedMinor, debitedMinor);
    });
  },
};

/** At least: what was not acknowledged may have been carried out too. */
async function holdInAccount(shop: Shop, creditedMinor: number, debitedMinor: number) {
  const account = await shop.account(merchantAccount(shop.merchantId, 'EUR'), 'EUR');
  const { creditsPostedMinor, debitsPostedMinor } = account;
  hold(
    creditsPostedMinor >= creditedMinor && debitsPostedMinor >= debitedMinor,
    `Captures of ${creditedMinor} net and refunds of ${debitedMinor} were acknowledged before SIGKILL, and afterwards the merchant's account shows credits of ${creditsPostedMinor} and debits of ${debitsPostedMinor}.`,
    { creditsPostedMinor: creditedMinor, debitsPostedMinor: debitedMinor },
    account,
  );
}

/** @returns whether there was a capture or refund to be found */
async function isInLedger(shop: Shop, acknowledged: Acknowledged): Promise<boolean> {
  if (acknowledged.kind === 'refund') {
    const { paymentId, refundId, amountMinor } = acknowledged.refund;
    const debited = movedOf(await entriesOf(shop, paymentId, 'refund'), shop, 'debitsPostedMinor');
    hold(
      debited === amountMinor,
      `The refund ${refundId} of ${amountMinor} was acknowledged before SIGKILL, and afterwards the refund entries of its payment debit ${debited}.`,
      amountMinor,
      debited,
    );
    return true;
  }
  const { paymentId, settlement } = acknowledged.payment;
  // A net amount of zero needs no line.
  if (settlement === null || settlement.netMinor === 0) return false;
  const { netMinor } = settlement;
  const credited = movedOf(await entriesOf(shop, paymentId, 'capture'), shop, 'creditsPostedMinor');
  hold(
    credited === netMinor,
    `The capture of ${paymentId}, net ${netMinor}, was acknowledged before SIGKILL, and afterwards its capture entries credit ${credited}.`,
    netMinor,
    credited,
  );
  return true;
}

async function entriesOf(shop: Shop, paymentId: string, kind: Entry['kind']): Promise<Entry[]> {
  const entries = await shop.postings(paymentId);
  for (const entry of entries) {
    hold(
      imbalanceOf(entry) === undefined,
      `After SIGKILL the ${entry.kind} entry ${entry.entryId} does not balance.`,
      'equal sums',
      entry,
    );
  }
  return entries.filter((entry) => entry.kind === kind);
}

function movedOf(
  entries: readonly Entry[],
  { merchantId }: Shop,
  side: 'debitsPostedMinor' | 'creditsPostedMinor',
): number {
  return Number(accountSums(entries).get(merchantAccount(merchantId, 'EUR'))?.[side] ?? 0n);
}
