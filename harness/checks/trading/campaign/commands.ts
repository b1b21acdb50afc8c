/** What makes two requests one command. */
import type { JsonObject } from '../../../target/target.ts';

/** Everything but reads and control: what the journal has an event of. */
export const SEQUENCED: ReadonlySet<string> = new Set([
  ...['submitOrder', 'cancelOrder', 'replaceOrder', 'cancelAll', 'putLimits', 'putSymbol'],
  ...['haltSymbol', 'resumeSymbol', 'endSession'],
]);

/** clOrdId and newClOrdId are one space of keys for each account. */
export function idempotencyKeyOf(operation: string, input: object): string | undefined {
  const { account, clOrdId, newClOrdId } = input as Record<string, unknown>;
  if (operation === 'submitOrder') return `${String(account)} ${String(clOrdId)}`;
  if (operation === 'replaceOrder') return `${String(account)} ${String(newClOrdId)}`;
  return undefined;
}

/** What the contract supplies where a request leaves it out: a venue may journal the one or the other. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  tif: 'GTC',
  postOnly: false,
  stp: 'CANCEL_TAKER',
  enabled: true,
  disable: false,
  band: null,
};

/** The same text for the same request. */
export function requestText(operation: string, input: object): string {
  const fields = input as JsonObject;
  let text = operation;
  for (const name of Object.keys(fields).sort()) {
    const value = fields[name];
    if (value === undefined || value === DEFAULTS[name]) continue;
    text += ` ${name}=${typeof value === 'object' ? sortedText(value) : JSON.stringify(value)}`;
  }
  return text;
}

/** Few requests have anything nested. */
function sortedText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedText).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return requestText('', value);
}
