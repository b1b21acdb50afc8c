/**
 * Deadlines hold across a restart. Before the last kill one symbol is halted and another enters its limit state, and the clock moves on;
 * after it each must reach its deadline when it would have. A timer that is counted anew from the restart is late.
 */
import type {
  ExecutionReport,
  PutLimits,
  PutSymbol,
  SymbolReport,
  SymbolState,
} from '../../../../spec/trading/messages.d.ts';
import type { CampaignCall } from '../../campaignJudge.ts';
import { CouldNotRun } from '../../check.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import type { JsonObject } from '../../../target/target.ts';
import type { Ask } from '../../askHealed.ts';

export interface PendingTimers {
  /** What was sent to begin them: the journal has these commands, too. */
  readonly sent: readonly HistoryOperation[];
  /** Moves the clock to where it was before the restart; then nothing has been reached yet. */
  resume(): Promise<void>;
  /** Sentences, where a deadline was not kept. */
  judge(): Promise<string[]>;
}

const HALTED = 'campaign.halted';
const LIMITED = 'campaign.limited';
const MAKER = 'campaign.maker';
const TAKER = 'campaign.taker';
const STRANGER = 'campaign.stranger';

const REFERENCE_E4 = 1_000_000;
/** Above the band, inside the collar. */
const OUTSIDE_E4 = 1_020_000;
/** Far enough from each other, and from the moment of the kill, that one taken for another is seen. */
const HALT_MS = 10_000;
const LIMIT_STATE_MS = 12_000;
const BAND_HALT_MS = 5_000;
const KILLED_AT_MS = 4_000;

/** After everything that the history holds. */
const AFTER_ALL = 2 ** 52;
/** Refusals that say "not now". */
const MAX_TRIES = 20;

interface Expected {
  readonly afterMs: number;
  readonly symbol: string;
  readonly state: SymbolState;
}

export async function pendingTimers(call: CampaignCall, ask: Ask): Promise<PendingTimers> {
  const sent: HistoryOperation[] = [];
  const send = async <T>(operation: string, input: object): Promise<T | undefined> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const answer = await call(operation, input as JsonObject);
      if (answer.kind === 'malformed' || answer.kind === 'indeterminate') {
        throw new CouldNotRun(
          `${operation} was not answered after everything had healed: ${answer.reason}.`,
        );
      }
      if (answer.kind === 'refused' && answer.problem.code === 'OVERLOADED') continue;
      sent.push(recorded(sent.length, operation, input as JsonObject, answer));
      return answer.kind === 'ok' ? (answer.output as T) : undefined;
    }
    throw new CouldNotRun(
      `${operation} was refused as OVERLOADED ${MAX_TRIES} times, without any load.`,
    );
  };
  const moveTo = async (nowMs: number): Promise<'moved' | 'stays'> =>
    (await ask.ifOffered('setClock', { nowMs })) === undefined ? 'stays' : 'moved';
  const stateOf = async (symbol: string): Promise<SymbolState> =>
    (await ask<SymbolReport>('getSymbol', { symbol })).state;

  // An order of nobody is refused, and its report tells what time it is there.
  const request = { symbol: HALTED, type: 'LIMIT', priceE4: REFERENCE_E4, qty: 1 } as const;
  const stranger = { ...request, account: STRANGER, side: 'BUY' } as const;
  await send('putSymbol', symbolOf(HALTED));
  const first = await send<ExecutionReport>('submitOrder', { ...stranger, clOrdId: 'now' });
  const startMs = first?.transactTimeMs;
  if (startMs === undefined || (await moveTo(startMs)) === 'stays') {
    return { sent, resume: async () => undefined, judge: async () => [] };
  }

  await send('putSymbol', symbolOf(LIMITED));
  for (const account of [MAKER, TAKER]) await send('putLimits', limitsOf(account));
  const order = { ...request, symbol: LIMITED, priceE4: OUTSIDE_E4 } as const;
  await send('submitOrder', { ...order, account: MAKER, clOrdId: 'rests', side: 'SELL' });
  await send('submitOrder', {
    ...order,
    account: TAKER,
    clOrdId: 'takes',
    side: 'BUY',
    tif: 'IOC',
  });
  await send('haltSymbol', { symbol: HALTED, reason: 'campaign', haltMs: HALT_MS });
  const expected: Expected[] = [];
  if ((await stateOf(HALTED)) === 'HALTED') {
    expected.push(
      { afterMs: HALT_MS - 1, symbol: HALTED, state: 'HALTED' },
      { afterMs: HALT_MS, symbol: HALTED, state: 'OPEN' },
    );
  }
  if ((await stateOf(LIMITED)) === 'LIMIT_STATE') {
    expected.push(
      { afterMs: LIMIT_STATE_MS - 1, symbol: LIMITED, state: 'LIMIT_STATE' },
      { afterMs: LIMIT_STATE_MS, symbol: LIMITED, state: 'HALTED' },
      { afterMs: LIMIT_STATE_MS + BAND_HALT_MS - 1, symbol: LIMITED, state: 'HALTED' },
      { afterMs: LIMIT_STATE_MS + BAND_HALT_MS, symbol: LIMITED, state: 'OPEN' },
    );
  }
  await moveTo(startMs + KILLED_AT_MS);
  // With an event at this time no venue can come up at an earlier one.
  await send('submitOrder', { ...stranger, clOrdId: 'later' });

  return {
    sent,
    async resume() {
      await moveTo(startMs + KILLED_AT_MS);
    },
    async judge() {
      const sentences: string[] = [];
      for (const { afterMs, symbol, state } of expected) {
        await moveTo(startMs + afterMs);
        const actual = await stateOf(symbol);
        if (actual === state) continue;
        sentences.push(
          `${symbol} should be ${state} ${afterMs} ms after its timer began, and is ${actual}: the venue was killed and started again at ${KILLED_AT_MS} ms.`,
        );
      }
      return sentences;
    },
  };
}

function symbolOf(symbol: string): PutSymbol {
  const band = { bandBps: 100, limitStateMs: LIMIT_STATE_MS, haltMs: BAND_HALT_MS };
  const prices = { tickSizeE4: 100, lotSize: 1, referencePriceE4: REFERENCE_E4, collarBps: 5_000 };
  return { symbol, ...prices, ...(symbol === LIMITED && { band }) };
}

function limitsOf(account: string): PutLimits {
  const most = 1_000_000_000_000;
  return {
    ...{ account, maxPosition: most, maxOrderQty: most, maxNotionalE4: most, maxOpenOrders: most },
    ...{ maxOrdersPerSec: most, creditLimitE4: most, restrictedSymbols: [] },
  };
}

function recorded(
  index: number,
  operation: string,
  input: JsonObject,
  answer: { kind: 'ok'; output: JsonObject } | { kind: 'refused'; problem: { code: string } },
): HistoryOperation {
  const at = AFTER_ALL + 2 * index;
  const common = {
    ...{ id: at, process: AFTER_ALL, partition: '', operation, input, callNs: 0, faultsActive: [] },
    ...{ callEvent: at, returnEvent: at + 1 },
  };
  if (answer.kind === 'refused') return { ...common, outcome: 'fail', error: answer.problem.code };
  const { auditSeq } = answer.output;
  const isNumbered = typeof auditSeq === 'number';
  return {
    ...common,
    outcome: 'ok',
    output: answer.output,
    ...(isNumbered && { witnessSeq: auditSeq }),
  };
}
