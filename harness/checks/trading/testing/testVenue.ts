/**
 * A complete venue over the model, for the tests of the judge: everything the contract asks, in memory, with each freedom as a
 * switch and named defects to be found. Restarting it replays its journal, as the contract says.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type {
  AuditEvent,
  CancelAll,
  CancelOrder,
  EndSession,
  ExecutionReport,
  FeedMessage,
  HaltSymbol,
  PutLimits,
  PutSymbol,
  ReplaceOrder,
  ResumeSymbol,
  SubmitOrder,
} from '../../../../spec/trading/messages.d.ts';
import { GENESIS_HASH } from '../../kit/hashChain.ts';
import { copyPlain } from '../../testing/copyPlain.ts';
import { cancelOrder, replaceOrder, submitOrder } from './orderCommands.ts';
import type { CommandAnswer } from './orderCommands.ts';
import { setState } from './matchOrder.ts';
import { endOrder, rejection } from './orderState.ts';
import { readVenue } from './venueReads.ts';
import { emptyState, has, openOrders } from './venueState.ts';
import type { Instrument, VenueOptions, VenueState } from './venueState.ts';

export interface TestVenue {
  readonly state: VenueState;
  call(operation: string, input: object): CommandAnswer;
}

type Command = (state: VenueState, input: never) => CommandAnswer;

const COMMANDS: Record<string, Command> = {
  submitOrder,
  cancelOrder,
  replaceOrder,
  cancelAll,
  putLimits,
  putSymbol,
  haltSymbol,
  resumeSymbol,
  endSession,
};

/** What a request that leaves it out means. */
const DEFAULTS: Record<string, object> = {
  submitOrder: { tif: 'GTC', postOnly: false, stp: 'CANCEL_TAKER' },
  putLimits: { enabled: true },
  cancelAll: { disable: false },
};

export function openTestVenue(
  options: VenueOptions,
  nowMs: number,
  publish: (message: FeedMessage) => void,
): TestVenue {
  return venueOf(emptyState(options, nowMs, publish));
}

function venueOf(state: VenueState): TestVenue {
  return {
    state,
    call(operation, input) {
      reachDeadlines(state);
      if (operation === 'setClock') return setClock(state, input as { nowMs: number });
      if (!(operation in COMMANDS)) return readVenue(state, operation, input);
      return sequence(state, operation, input);
    },
  };
}

/** What a venue with this journal is after a crash, at the time nowMs or later. */
export function recoverTestVenue(
  { state: { options, journal } }: TestVenue,
  nowMs: number,
  publish: (message: FeedMessage) => void,
): TestVenue {
  const venue = openTestVenue(options, 0, () => undefined);
  const kept = has(venue.state, 'loses the last event of a crash') ? journal.slice(0, -1) : journal;
  for (const { timeMs, operation, input } of kept) {
    venue.state.nowMs = timeMs;
    venue.call(operation, input);
  }
  const recovered: VenueState = { ...venue.state, publish };
  recovered.nowMs = Math.max(nowMs, venue.state.nowMs);
  if (has(recovered, 'forgets clOrdIds in a restart')) recovered.keys.clear();
  if (has(recovered, 'begins ids again after a crash')) recovered.tradeNumber = 0;
  if (has(recovered, 'forgets positions of makers in a crash')) {
    for (const account of recovered.accounts.values()) {
      for (const position of account.positions.values()) {
        if (position.netQty < 0) position.netQty = 0;
      }
    }
  }
  return venueOf(recovered);
}

/** One command, one event; a resend is answered from the original. */
function sequence(state: VenueState, operation: string, input: object): CommandAnswer {
  if (operation === 'submitOrder' && isMalformed(state, input as SubmitOrder)) {
    return { problem: { code: 'INVALID_REQUEST' } };
  }
  const idempotent = operation === 'submitOrder' || operation === 'replaceOrder';
  const key = idempotent ? keyOf(input as SubmitOrder & ReplaceOrder) : undefined;
  const identity = canonicalize({ operation, ...DEFAULTS[operation], ...input }) ?? '';
  const used = key === undefined ? undefined : state.keys.get(key);
  const isSame =
    used !== undefined &&
    (used.identity === identity || has(state, 'takes another body for a resend'));
  if (isSame && !has(state, 'makes a second order of a resend')) return { output: used.output };

  state.auditSeq = state.journal.length + 1;
  const answer =
    used && !isSame
      ? { output: duplicate(state, operation, input) }
      : COMMANDS[operation]!(state, input as never);
  if ('output' in answer) {
    if (key !== undefined && !used) {
      state.keys.set(key, { operation, identity, output: answer.output as ExecutionReport });
    }
  } else Object.assign(answer.problem, { auditSeq: state.auditSeq });
  journal(state, operation, input, answer);
  return answer;
}

/** A venue may see in the shape of an order what others reject. */
function isMalformed(state: VenueState, { symbol, priceE4 = 0, qty }: SubmitOrder): boolean {
  if (state.options.freedoms.malformed === 'REJECTED') return false;
  const { params } = state.instruments.get(symbol) ?? {};
  if (!params) return false;
  const isOffTick = priceE4 % params.tickSizeE4 !== 0 && !has(state, 'takes any tick');
  return isOffTick || qty % params.lotSize !== 0;
}

function keyOf({ account, clOrdId, newClOrdId }: SubmitOrder & ReplaceOrder): string {
  return `${account} ${clOrdId ?? newClOrdId}`;
}

function duplicate(state: VenueState, operation: string, input: object): ExecutionReport {
  const orderId = state.options.freedoms.duplicateOrderId === 'null' ? null : `D${state.auditSeq}`;
  if (operation === 'submitOrder') {
    return { ...rejection(state, input as SubmitOrder, 'DUPLICATE_CLORDID'), orderId };
  }
  const { orderId: replaced, newClOrdId, account, qty } = input as ReplaceOrder;
  const order = state.orders.get(replaced);
  const { symbol = '-', side = 'BUY' } = order ?? {};
  const about = { clOrdId: newClOrdId, account, symbol, side, qty: qty ?? 1 } as const;
  return { ...rejection(state, about, 'DUPLICATE_CLORDID'), orderId };
}

function journal(state: VenueState, operation: string, input: object, answer: CommandAnswer): void {
  const output = 'output' in answer ? withoutLatency(answer.output) : answer.problem;
  const isRefused = 'problem' in answer || 'REJECTED' === (output as ExecutionReport).ordStatus;
  if (isRefused && has(state, 'journals no refusals')) return;
  const { account = null, symbol = null, orderId } = input as Partial<CancelOrder & SubmitOrder>;
  const told =
    state.options.freedoms.journalInput === 'as sent'
      ? input
      : { ...DEFAULTS[operation], ...input };
  const shown =
    has(state, 'journals another quantity') && 'qty' in told ? { ...told, qty: 1_000_000 } : told;
  const before = state.journal.at(-1);
  const prevHash = before?.hash ?? GENESIS_HASH;
  const body: Omit<AuditEvent, 'hash' | 'prevHash'> = {
    ...{ auditSeq: state.auditSeq, timeMs: state.nowMs, operation, account },
    symbol: symbol ?? state.orders.get(orderId ?? '')?.symbol ?? null,
    input: copyPlain(shown),
    output: copyPlain(output),
  };
  const hashed = has(state, 'hashes without the time') ? { ...body, timeMs: 0 } : body;
  const hash = createHash('sha256')
    .update(Buffer.from(prevHash, 'hex'))
    .update(canonicalize(hashed) ?? '')
    .digest('hex');
  state.journal.push({ ...body, prevHash, hash });
}

function withoutLatency(output: object): object {
  return Object.fromEntries(Object.entries(output).filter(([name]) => name !== 'latencyNs'));
}

function reachDeadlines(state: VenueState): void {
  for (const instrument of state.timed) {
    // At most two: a limit state ends in a halt, a halt in OPEN.
    for (let step = 0; step < 2; step += 1) reachDeadline(state, instrument);
  }
}

function reachDeadline(state: VenueState, instrument: Instrument): void {
  const { deadlineMs, params } = instrument;
  if (instrument.state === 'LIMIT_STATE') {
    const early = has(state, 'halts a millisecond early') ? 1 : 0;
    if (state.nowMs < deadlineMs - early) return;
    const haltMs = has(state, 'halts for ever') ? Infinity : (params.band?.haltMs ?? 0);
    setState(state, instrument, 'HALTED', deadlineMs + haltMs);
  } else if (instrument.state === 'HALTED' && state.nowMs >= deadlineMs) {
    setState(state, instrument, 'OPEN', Infinity);
  }
}

function setClock(state: VenueState, { nowMs }: { nowMs: number }): CommandAnswer {
  if (nowMs < state.nowMs) return { problem: { code: 'CLOCK_BACKWARDS' } };
  state.nowMs = nowMs;
  reachDeadlines(state);
  return { output: { nowMs } };
}

function putLimits(state: VenueState, limits: PutLimits): CommandAnswer {
  const { account: name, enabled = true } = limits;
  const known = state.accounts.get(name);
  const fresh = {
    name,
    alerts: [],
    acceptedMs: [],
    orders: [],
    positions: new Map<string, never>(),
  };
  const account = Object.assign(known ?? fresh, { limits, enabled });
  state.accounts.set(name, account);
  if (!enabled && state.options.freedoms.disablingByLimits === 'cancels orders') {
    for (const order of openOrders(state, name)) endOrder(state, order, 'CANCELED', 'KILL_SWITCH');
  }
  return { output: { account: name, enabled, auditSeq: state.auditSeq } };
}

function putSymbol(state: VenueState, params: PutSymbol): CommandAnswer {
  const { symbol } = params;
  const instrument: Instrument = state.instruments.get(symbol) ?? {
    ...{ symbol, params, seq: 0, state: 'OPEN', deadlineMs: Infinity },
    ...{ book: [], events: [], trades: [] },
  };
  instrument.params = params;
  state.instruments.set(symbol, instrument);
  return symbolReport(state, instrument);
}

function symbolReport(state: VenueState, instrument: Instrument): CommandAnswer {
  const { symbol, seq, params } = instrument;
  const { referencePriceE4 } = params;
  const { auditSeq } = state;
  return { output: { symbol, state: instrument.state, seq, referencePriceE4, auditSeq } };
}

function haltSymbol(state: VenueState, { symbol, haltMs }: HaltSymbol): CommandAnswer {
  const instrument = state.instruments.get(symbol);
  if (!instrument) return { problem: { code: 'UNKNOWN_SYMBOL' } };
  const untilMs = haltMs === undefined ? Infinity : state.nowMs + haltMs;
  const isHalted = instrument.state === 'HALTED' && !has(state, 'shortens halts');
  const deadlineMs = isHalted ? Math.max(instrument.deadlineMs, untilMs) : untilMs;
  setState(state, instrument, 'HALTED', deadlineMs);
  return symbolReport(state, instrument);
}

function resumeSymbol(state: VenueState, { symbol }: ResumeSymbol): CommandAnswer {
  const instrument = state.instruments.get(symbol);
  if (!instrument) return { problem: { code: 'UNKNOWN_SYMBOL' } };
  setState(state, instrument, 'OPEN', Infinity);
  return symbolReport(state, instrument);
}

function endSession(state: VenueState, { symbol }: EndSession): CommandAnswer {
  const instrument = state.instruments.get(symbol);
  if (!instrument) return { problem: { code: 'UNKNOWN_SYMBOL' } };
  for (const { id } of instrument.book) {
    const order = state.orders.get(id)!;
    const isDay = order.request.tif === 'DAY' && !has(state, 'keeps DAY orders');
    if (isDay) endOrder(state, order, 'EXPIRED', 'SESSION_END');
  }
  return symbolReport(state, instrument);
}

function cancelAll(state: VenueState, { account: name, disable }: CancelAll): CommandAnswer {
  const account = state.accounts.get(name);
  if (!account) return { problem: { code: 'UNKNOWN_ACCOUNT' } };
  const open = openOrders(state, name);
  const spared = has(state, 'leaves one order in a mass cancel') ? open.slice(0, -1) : open;
  for (const order of spared) endOrder(state, order, 'CANCELED', 'MASS_CANCEL');
  if (disable) account.enabled = false;
  const symbols = [...new Set(open.map(({ symbol }) => symbol))].map((symbol) => ({
    symbol,
    seq: state.instruments.get(symbol)!.seq,
  }));
  const { auditSeq, nowMs: transactTimeMs } = state;
  const canceledOrders = open.length;
  return { output: { account: name, canceledOrders, symbols, auditSeq, transactTimeMs } };
}
