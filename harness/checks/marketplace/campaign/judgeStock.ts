/** MKT-INV-01.e and MKT-INV-02.c: stock is what the reservations say, and what came and went by commands explains it. Pure; O(n). */
import type { Stock } from '../../../../spec/marketplace/messages.d.ts';
import type { Report } from '../../kit/campaign/findings.ts';
import { push } from './commands.ts';
import type { KeyedCommand, MarketHistory } from './commands.ts';
import type { Moment } from './moments.ts';

/** Units of one product as the reservations have them. */
interface Units {
  held: number;
  confirmed: number;
  shipped: number;
}

const COUNTED = ['held', 'confirmed', 'shipped'] as const;

/** @returns how many products could be judged, of those with reservations */
export function holdCounted(history: MarketHistory, moment: Moment, report: Report): number {
  const { when, view } = moment;
  const unclear = unclearProducts(history, moment);
  const units = unitsOf(moment);
  let judged = 0;
  for (const [productId, stock] of view.stocks) {
    if (!stock || unclear.has(productId)) continue;
    if (units.has(productId)) judged += 1;
    const { available, onHand, held, confirmed } = stock;
    if (available < 0 || held + confirmed > onHand) {
      report(
        `${when} of ${productId} ${held} are held and ${confirmed} confirmed, with ${onHand} there.`,
      );
    }
    const expected = units.get(productId) ?? { held: 0, confirmed: 0, shipped: 0 };
    for (const counted of COUNTED) {
      if (stock[counted] === expected[counted]) continue;
      report(
        `${when} of ${productId} ${stock[counted]} are ${counted}; by the reservations they are ${expected[counted]}.`,
      );
    }
  }
  return judged;
}

/** Those of commands of which nobody knows the reservation. */
function unclearProducts({ keyed }: MarketHistory, { view }: Moment): Set<string> {
  const unclear = new Set<string>();
  for (const { key, operation, input, reservationIds } of keyed.values()) {
    const record = view.keys.get(key);
    const isNamed = !record || record.reservationId !== null || reservationIds.size > 0;
    if (operation !== 'reserve' || isNamed) continue;
    for (const { productId } of input['lines'] as { productId: string }[]) unclear.add(productId);
  }
  return unclear;
}

function unitsOf({ view, ordersOf }: Moment): Map<string, Units> {
  const units = new Map<string, Units>();
  for (const reservation of view.reservations.values()) {
    if (!reservation) continue;
    const counted = countedAs(reservation.state, reservation.reservationId, ordersOf);
    for (const { productId, quantity } of reservation.lines) {
      const own = units.get(productId) ?? { held: 0, confirmed: 0, shipped: 0 };
      units.set(productId, own);
      if (counted) own[counted] += quantity;
    }
  }
  return units;
}

function countedAs(
  state: string,
  reservationId: string,
  ordersOf: Moment['ordersOf'],
): keyof Units | undefined {
  if (state === 'HELD') return 'held';
  if (state !== 'CONFIRMED') return undefined;
  const isShipped = ordersOf.get(reservationId)?.some((order) => order.state === 'FULFILLED');
  return isShipped === true ? 'shipped' : 'confirmed';
}

/**
 * @param earlier read before, oldest first
 * @returns how many products could be judged
 */
export function holdConserved(
  history: MarketHistory,
  { when, view }: Moment,
  earlier: readonly Moment[],
  report: Report,
): number {
  const adjustments = adjustmentsOf(history);
  const versions = versionsSeen(history, earlier);
  let judged = 0;
  for (const [productId, stock] of view.stocks) {
    if (!stock) {
      report(`${when} the stock of ${productId} is not known any more.`);
      continue;
    }
    holdSum(when, stock, report);
    const version = versions.get(productId) ?? 0;
    if (stock.version < version) {
      report(
        `${when} the stock of ${productId} has version ${stock.version}, after it was shown with ${version}.`,
      );
    }
    // Set again it begins anew, and nobody knows after which of the changes.
    const [set, ...again] = history.putStocks.get(productId) ?? [];
    if (!set?.isAcknowledged || again.length > 0) continue;
    judged += 1;
    const came = Number(set.input['onHand']);
    const [least, most] = changeOf(adjustments.get(productId) ?? [], view.keys);
    const { onHand, shipped } = stock;
    const gone = onHand + shipped - came;
    if (gone >= least && gone <= most) continue;
    const told = least === most ? `${least}` : `${least} to ${most}`;
    report(
      `${when} of ${productId} ${onHand} are there and ${shipped} shipped; ${came} were set, and adjustments come to ${told}.`,
    );
  }
  return judged;
}

/** Of replies during the load, each by itself. */
export function holdSeenStocks({ stocks }: MarketHistory, report: Report): void {
  for (const { by, view } of stocks) holdSum(`By ${by} during the campaign`, view, report);
}

function holdSum(when: string, stock: Stock, report: Report): void {
  const { productId, onHand, available, held, confirmed } = stock;
  if (onHand === available + held + confirmed) return;
  report(
    `${when} ${onHand} of ${productId} are there: ${available} available, ${held} held, ${confirmed} confirmed.`,
  );
}

function adjustmentsOf({ keyed }: MarketHistory): Map<string, KeyedCommand[]> {
  const adjustments = new Map<string, KeyedCommand[]>();
  for (const command of keyed.values()) {
    if (command.operation !== 'adjustStock' || !command.isPossible) continue;
    push(adjustments, String(command.input['productId']), command);
  }
  return adjustments;
}

/** What is not known to have been carried out, or not, stands on either side. */
function changeOf(
  adjustments: readonly KeyedCommand[],
  keys: Moment['view']['keys'],
): [least: number, most: number] {
  let [least, most] = [0, 0];
  for (const { key, input, isKept } of adjustments) {
    const delta = Number(input['delta']);
    const record = keys.get(key);
    const isDone = isKept || record?.state === 'completed';
    if (record === null && !isKept) continue;
    if (isDone || delta < 0) least += delta;
    if (isDone || delta > 0) most += delta;
  }
  return [least, most];
}

/** The latest version that each product was shown with. */
function versionsSeen(
  { stocks, reservations }: MarketHistory,
  earlier: readonly Moment[],
): Map<string, number> {
  const versions = new Map<string, number>();
  const note = ({ productId, version }: { productId: string; version: number }): void => {
    versions.set(productId, Math.max(version, versions.get(productId) ?? 0));
  };
  for (const { view } of stocks) note(view);
  for (const { view } of earlier) {
    for (const stock of view.stocks.values()) if (stock) note(stock);
    for (const reservation of view.reservations.values()) reservation?.lines.forEach(note);
  }
  for (const seen of reservations.values()) for (const { view } of seen) view.lines.forEach(note);
  return versions;
}
