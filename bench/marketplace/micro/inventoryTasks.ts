/** Stock in memory: reserved, and then confirmed or released. Without HTTP and without a file, but with keys, layers and group commit. */
import assert from 'node:assert/strict';
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import { frozenClock } from '../../../reference/kit/clock.ts';
import { commitQueue } from '../../../reference/kit/commitQueue.ts';
import type { Answer } from '../../../reference/kit/service.ts';
import { layerOver } from '../../../reference/marketplace/inventorySystem/consistencyMgr/layer.ts';
import type { Step } from '../../../reference/marketplace/inventorySystem/consistencyMgr/records.ts';
import { emptyState } from '../../../reference/marketplace/inventorySystem/consistencyMgr/state.ts';
import type { Market } from '../../../reference/marketplace/market.ts';
import { operations } from '../../../reference/marketplace/operations.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';

const GROUP = 64;
const GROUPS_A_CALL = 4;
const RESERVED_A_CALL = GROUP * GROUPS_A_CALL;
const PRODUCTS = Array.from({ length: 16 }, (_, number) => `product-${number}`);
const ON_HAND = 1_000_000;
/** A market is opened anew after so many calls, because it keeps every reservation. */
const CALLS_A_MARKET = 50;

type Parts = Pick<Market, 'state' | 'commits'>;

/** What these operations of the inventory need of a market, over a store that keeps nothing. */
function openInventory(): Parts & { call(operation: string, input: object): Promise<Answer> } {
  const state = emptyState();
  const decided = layerOver(state);
  const store = { write: () => undefined, probe: () => undefined };
  const commits = commitQueue<Step>(store, state.apply, () => decided.clear());
  let ids = 0;
  const parts = {
    ...{ state, decided, commits, clock: frozenClock(0), ordersInProgress: new Map() },
    newId: (kind: string) => `${kind}_${++ids}`,
    refusal(code: string): Answer {
      throw new Error(`refused: ${code}`);
    },
  };
  const market = parts as Partial<Market> as Market;
  return {
    ...{ state, commits },
    call: async (operation, input) => operations.get(operation)!(market, input as never),
  };
}

function reserving(): MicroWork {
  let inventory: ReturnType<typeof openInventory> | undefined;
  let callsOfMarket = CALLS_A_MARKET;
  let key = 0;

  /** As many as come in one turn of the event loop: they are written together. */
  async function together(inputs: readonly [operation: string, input: object][]) {
    const { call, commits } = inventory!;
    const answers = inputs.map(([operation, input]) => call(operation, input));
    commits.flush();
    return Promise.all(answers);
  }

  async function moveGroup(): Promise<number> {
    const reserved = await together(
      Array.from({ length: GROUP }, (_, at) => {
        const idempotencyKey = `key-${++key}`;
        return ['reserve', { idempotencyKey, customerId: `c-${at}`, lines: [lineOf(at)] }];
      }),
    );
    const ended = await together(
      reserved.map((answer, at) => {
        const { reservationId, customerId } = (answer as { output: Reservation }).output;
        const operation = at % 2 === 0 ? 'confirmReservation' : 'releaseReservation';
        return [operation, { reservationId, customerId }];
      }),
    );
    let confirmed = 0;
    for (const answer of ended) {
      const { state, lines } = (answer as { output: Reservation }).output;
      confirmed += state === 'CONFIRMED' ? lines[0]!.quantity : 0;
    }
    return confirmed;
  }

  return {
    prepare() {
      callsOfMarket = (callsOfMarket % CALLS_A_MARKET) + 1;
      if (callsOfMarket > 1) return;
      inventory = openInventory();
      const { state } = inventory;
      const record = { onHand: ON_HAND, held: 0, confirmed: 0, shipped: 0, perCustomerLimit: null };
      for (const productId of PRODUCTS) {
        state.apply([['stocks', productId, { ...record, productId, version: 1 }]]);
      }
    },
    async fn() {
      let confirmed = 0;
      for (let group = 0; group < GROUPS_A_CALL; group++) confirmed += await moveGroup();
      return confirmed;
    },
    check(answer) {
      const perGroup = confirmedInGroup();
      const units = [...perGroup.values()].reduce((sum, each) => sum + each, 0);
      assert.equal(answer, GROUPS_A_CALL * units, 'other units were confirmed');
      const groups = GROUPS_A_CALL * callsOfMarket;
      for (const productId of PRODUCTS) {
        const stock = inventory!.state.get('stocks', productId)!;
        const confirmed = groups * perGroup.get(productId)!;
        const { onHand, held } = stock;
        assert.deepEqual([onHand, held, stock.confirmed], [ON_HAND, 0, confirmed], productId);
      }
    },
  };
}

function lineOf(at: number): { productId: string; quantity: number } {
  return { productId: PRODUCTS[at % PRODUCTS.length]!, quantity: 1 + (at % 3) };
}

/** Every other one is. @returns units by product */
function confirmedInGroup(): Map<string, number> {
  const units = new Map(PRODUCTS.map((productId) => [productId, 0]));
  for (let at = 0; at < GROUP; at += 2) {
    const { productId, quantity } = lineOf(at);
    units.set(productId, units.get(productId)! + quantity);
  }
  return units;
}

export const inventoryTasks: MicroTask[] = [
  {
    name: 'stock: reserve, then confirm or release',
    operations: 2 * RESERVED_A_CALL,
    setup: reserving,
  },
];
