import type { CancelAll, MassCancelReport } from '../../../../spec/trading/messages.d.ts';
import type { Command, Program, Venue } from '../program.ts';
import type { Instrument } from '../state.ts';
import { endResting } from './cancelOrder.ts';

/** Cancels every open order of an account; with disable it is the kill switch. */
export function* cancelAll(venue: Venue, command: Command): Program {
  const input = command.input as CancelAll;
  const account = venue.state.accounts.get(input.account);
  if (!account) {
    const answer = venue.problem('UNKNOWN_ACCOUNT', `${input.account} has no limits yet`, command);
    return { kind: 'event', answer, symbol: null };
  }
  const open = [...account.openOrders.values()];
  const touched = new Set<Instrument>();
  for (const order of open) {
    yield* endResting(venue.state, order, 'CANCELED', 'MASS_CANCEL', command);
    touched.add(order.instrument);
  }
  if (input.disable) account.enabled = false;
  const output: MassCancelReport = {
    account: account.name,
    canceledOrders: open.length,
    symbols: Array.from(touched, ({ symbol, seq }) => ({ symbol, seq })),
    auditSeq: command.auditSeq,
    transactTimeMs: command.nowMs,
  };
  return { kind: 'event', answer: { output }, symbol: null };
}
