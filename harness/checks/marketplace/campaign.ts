/** How the marketplace case judges a campaign of faults: stock against reservations, reservations against replies, orders against charges. */
import type { CampaignEvidence, CampaignFinding, CampaignJudge } from '../campaignJudge.ts';
import type { JsonObject } from '../../target/target.ts';
import { realWaits } from '../kit/campaign/finalFrame.ts';
import type { Waits } from '../kit/campaign/finalFrame.ts';
import { findings } from '../kit/campaign/findings.ts';
import type { Findings } from '../kit/campaign/findings.ts';
import { lookUpKey } from '../kit/campaign/lookUpKey.ts';
import { marketHistory } from './campaign/commands.ts';
import { finalReads } from './campaign/finalReads.ts';
import type { MarketFinals } from './campaign/finalReads.ts';
import { holdExpired, holdKeys, holdReservations } from './campaign/judgeReservations.ts';
import { holdOrders } from './campaign/judgeOrders.ts';
import { holdConserved, holdCounted, holdSeenStocks } from './campaign/judgeStock.ts';
import { dueMoment, momentsOf } from './campaign/moments.ts';

export const campaign: CampaignJudge<MarketFinals> = marketCampaign(realWaits);

/** @param waits for what the market resolves by itself */
export function marketCampaign(waits: Waits): CampaignJudge<MarketFinals> {
  return {
    partitionOf: (_operation, input) =>
      text(input['reservationId']) ?? text(input['orderId']) ?? text(input['productId']) ?? '',
    idempotencyKeyOf: (_operation, input) => text(input['idempotencyKey']),
    // A version orders the changes of one product, and a reservation has several.
    witnessSeqOf: () => undefined,
    // Declined, an order stays on record, and its reservations are released.
    observes: (operation, code) => operation === 'placeOrder' && code === 'PAYMENT_DECLINED',
    lookUp: lookUpKey,
    finalReads: (context) => finalReads(context, waits),
    judge,
  };
}

function judge({ history: recorded, finals }: CampaignEvidence<MarketFinals>): CampaignFinding[] {
  const history = marketHistory(recorded.operations);
  const { findings: found, lastEvent } = finals;
  const [counted, conserved, kept, paid] = [findings(), findings(), findings(), findings()];
  const hits = { counted: 0, conserved: 0, acknowledged: 0, orders: 0 };
  found.forEach(kept.report);
  // What was still sent while the final state was read says nothing of it.
  const isOver = recorded.operations.every(({ callEvent }) => callEvent <= lastEvent);
  const due = dueMoment(finals);
  const moments = isOver ? momentsOf(history, finals) : [];
  for (const moment of moments) {
    holdReservations(history, moment, kept.report);
    holdKeys(history, moment, ['reserve', 'adjustStock'], kept.report);
    holdKeys(history, moment, ['placeOrder'], paid.report);
    holdOrders(history, moment, paid.report);
    hits.acknowledged = history.acknowledged;
    hits.orders = moment.view.orders.size;
  }
  if (moments.length > 0) holdSeenStocks(history, conserved.report);
  const all = isOver && due ? [...moments, due] : moments;
  for (const [index, moment] of all.entries()) {
    hits.counted = holdCounted(history, moment, counted.report);
    hits.conserved = holdConserved(history, moment, all.slice(0, index), conserved.report);
  }
  if (isOver && due) holdExpired(due, kept.report);
  return [
    { clause: 'MKT-INV-01.e', ...violationsOf(counted), hits: { products: hits.counted } },
    { clause: 'MKT-INV-02.c', ...violationsOf(conserved), hits: { products: hits.conserved } },
    { clause: 'MKT-RES-02.d', ...violationsOf(kept), hits: { acknowledged: hits.acknowledged } },
    { clause: 'MKT-ORD-01.g', ...violationsOf(paid), hits: { orders: hits.orders } },
  ];
}

const violationsOf = ({ sentences }: Findings): Pick<CampaignFinding, 'violations'> => ({
  violations: sentences,
});

function text(value: JsonObject[string] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
