/** What concurrent clients saw of stock, recorded call by call, and the sequential model that has to explain it. */
import type { Reservation, Stock } from '../../../spec/marketplace/messages.d.ts';
import {
  checkLinearizability,
  explainIllegal,
  historyInMemory,
  historyRecorder,
  operationText,
  UNKNOWN,
} from '../../history/index.ts';
import type {
  HistoryCall,
  HistoryOperation,
  HistoryRecorder,
  Model,
  Observed,
  Step,
} from '../../history/index.ts';
import type { JsonObject, Problem } from '../../target/target.ts';
import { CouldNotRun, Violation } from '../check.ts';
import type { Session } from '../check.ts';

/** A partition has some dozens of operations: far more than it takes. */
const MAX_SEARCH_MS = 5_000;
/** What these say of the stock is an observation; what is refused for the moment is nothing. */
const OBSERVED_REFUSALS = new Set(['OUT_OF_STOCK', 'NEGATIVE_STOCK']);

export interface StockHistory {
  /** A conversation whose attempts are recorded, each as an operation of its own. One attempt at a time. */
  record(session: Session): Session;
  /**
   * Holds what was recorded to one order of the commands of each product.
   * @param onHand units of each product at the start, with nothing held or sold
   * @returns how many operations met another one on the same product
   * @throws Violation when there is no such order; CouldNotRun when none was found in time
   */
  judge(onHand: number): number;
}

export function stockHistory(): StockHistory {
  const sink = historyInMemory();
  const recorder = historyRecorder({
    sink,
    rules: {
      // Every refusal that a session passes on says that nothing was done.
      definite: () => true,
      observes: (_operation, code) => OBSERVED_REFUSALS.has(code),
    },
  });
  return {
    record: (session) => recorded(session, recorder),
    judge(onHand) {
      recorder.close();
      const { operations } = sink.history();
      holdOneOrder(stockModel(onHand), operations);
      return overlaps(operations);
    },
  };
}

function recorded(session: Session, recorder: HistoryRecorder): Session {
  let failure: unknown;
  const client = recorder.client(async (operation, input) => {
    try {
      return await session.attempt(operation, input);
    } catch (error) {
      failure = error;
      throw error;
    }
  });
  return {
    ...session,
    async attempt(operation, input) {
      const { answer } = await client.call(operation, input);
      if (answer.kind === 'ok' || answer.kind === 'refused') return answer;
      throw failure;
    },
  };
}

function holdOneOrder(model: Model<StockState>, operations: readonly HistoryOperation[]): void {
  const judged = checkLinearizability(model, operations, { timeLimitMs: MAX_SEARCH_MS });
  switch (judged.verdict) {
    case 'ok':
      return;
    case 'unknown':
      throw new CouldNotRun(
        `Whether one order of the commands explains what was seen was not found out (${judged.cause}).`,
      );
    case 'illegal': {
      const { partition, operations: seen } = judged.illegal;
      const told = explainIllegal(model, seen, { timeLimitMs: MAX_SEARCH_MS });
      const why = told?.finalPaths[0]?.refused.find(({ id }) => id === told.blocking.id)?.why;
      throw new Violation(
        `No order of the commands explains what concurrent clients saw of ${partition}` +
          (told ? `: ${operationText(told.blocking)}${why ? `, but ${why}` : ''}.` : '.'),
        undefined,
        told?.prefix.map(operationText),
      );
    }
  }
}

function overlaps(operations: readonly HistoryOperation[]): number {
  const meets = (one: HistoryOperation, other: HistoryOperation): boolean =>
    one !== other &&
    productOf(one) === productOf(other) &&
    one.callEvent < (other.returnEvent ?? Infinity) &&
    other.callEvent < (one.returnEvent ?? Infinity);
  return operations.filter((one) => operations.some((other) => meets(one, other))).length;
}

/** Of one product. */
interface StockState {
  readonly onHand: number;
  readonly held: number;
  readonly confirmed: number;
  /** The latest that was seen: changes take effect in the order of their versions, and grow it by one or more. */
  readonly version: number;
}

function stockModel(onHand: number): Model<StockState> {
  return {
    init: () => ({ onHand, held: 0, confirmed: 0, version: 0 }),
    step: (state, call, output) => (output === UNKNOWN ? stays(state) : step(state, call, output)),
    partitionOf: productOf,
    isRead: (_call, output) => output !== UNKNOWN && 'refused' in (output as JsonObject),
  };
}

/** Of the call, or of the reservation that was answered. */
function productOf({ input, output }: HistoryOperation): string {
  if (typeof input['productId'] === 'string') return input['productId'];
  const { lines } = (input['lines'] ? input : (output ?? {})) as unknown as Partial<Reservation>;
  return lines?.[0]?.productId ?? '';
}

function step(state: StockState, call: HistoryCall, output: Exclude<Observed, typeof UNKNOWN>) {
  const { refused, problem } = output as { refused?: string; problem?: Problem };
  if (refused !== undefined) return refusal(state, call, refused, problem);
  switch (call.operation) {
    case 'reserve':
      return lineChanged(state, output as unknown as Reservation, 'HELD');
    case 'confirmReservation':
      return lineChanged(state, output as unknown as Reservation, 'CONFIRMED');
    case 'releaseReservation':
      return lineChanged(state, output as unknown as Reservation, 'RELEASED');
    case 'adjustStock': {
      const onHand = state.onHand + Number(call.input['delta']);
      return adjusted({ ...state, onHand }, output as unknown as Stock);
    }
    case 'getStock':
      return shown(state, output as unknown as Stock);
  }
  throw new Error(`The model of stock does not know ${call.operation}.`);
}

function refusal(
  state: StockState,
  { input }: HistoryCall,
  code: string,
  problem: Problem | undefined,
): Step<StockState> {
  const available = availableOf(state);
  if (code === 'OUT_OF_STOCK') {
    const [line] = input['lines'] as unknown as Reservation['lines'];
    const quantity = line?.quantity ?? 0;
    if (problem?.['available'] !== available) {
      return wrong(`${available} are available, and the refusal says ${problem?.['available']}`);
    }
    return available < quantity ? stays(state) : wrong(`${available} are available`);
  }
  const left = available + Number(input['delta']);
  return left < 0 ? stays(state) : wrong(`${left} would be left available`);
}

function lineChanged(
  state: StockState,
  { lines, state: is }: Reservation,
  should: Reservation['state'],
): Step<StockState> {
  const { quantity = 0, version = 0 } = lines[0] ?? {};
  if (is !== should) return wrong(`the reservation should be ${should}`);
  if (should === 'HELD' && quantity > availableOf(state)) {
    return wrong(`only ${availableOf(state)} are available`);
  }
  if (version <= state.version) return wrong(`version ${state.version} was there before`);
  const held = state.held + (should === 'HELD' ? quantity : -quantity);
  const confirmed = state.confirmed + (should === 'CONFIRMED' ? quantity : 0);
  return { ok: true, next: { ...state, held, confirmed, version } };
}

function adjusted(after: StockState, stock: Stock): Step<StockState> {
  if (availableOf(after) < 0) return wrong('less would be there than is held and confirmed');
  if (stock.version <= after.version) return wrong(`version ${after.version} was there before`);
  return shown(after, stock);
}

/** A version that is newer than the latest change is free: a change may grow it by more than one. */
function shown(state: StockState, stock: Stock): Step<StockState> {
  const { onHand, held, confirmed } = state;
  const isSame =
    stock.onHand === onHand &&
    stock.held === held &&
    stock.confirmed === confirmed &&
    stock.available === availableOf(state);
  const is = `${onHand} are on hand, ${availableOf(state)} available, ${held} held, ${confirmed} confirmed`;
  if (!isSame) return wrong(is);
  if (stock.version < state.version) return wrong(`the version is ${state.version} by then`);
  return { ok: true, next: { ...state, version: stock.version } };
}

function availableOf({ onHand, held, confirmed }: StockState): number {
  return onHand - held - confirmed;
}

function stays(state: StockState): Step<StockState> {
  return { ok: true, next: state };
}

function wrong(why: string): Step<StockState> {
  return { ok: false, why };
}
