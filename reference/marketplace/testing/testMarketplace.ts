/** For tests: a marketplace in this process, with its outside services as stubs. */
import type { Order, Reservation, Stock } from '../../../spec/marketplace/messages.d.ts';
import type { Answer, Problem, Service } from '../../kit/service.ts';
import { temporaryDir } from '../../kit/temporaryDir.ts';
import { openMarketplace } from '../marketplaceService.ts';
import { startWorldStub } from './worldStub.ts';
import type { WorldStub } from './worldStub.ts';

export const START_MS = 1_000_000;

export interface TestMarketplace {
  readonly world: WorldStub;
  call(operation: string, input: object): Promise<Answer>;
  /** The output; throws on a refusal. */
  ok<T>(operation: string, input: object): Promise<T>;
  /** The code of the refusal, or ok. */
  code(operation: string, input: object): Promise<string>;
  refused(operation: string, input: object): Promise<Problem>;
  putStock(productId: string, onHand: number, more?: object): Promise<Stock>;
  stock(productId: string): Promise<Stock>;
  /** One line for Ann, under a key of its own. */
  hold(productId: string, quantity: number, more?: object): Promise<Reservation>;
  reservation(reservationId: string): Promise<Reservation>;
  /** Ann's, paid with 1000 under the key `pay-<first reservation>`. */
  pay(reservationIds: readonly string[]): Promise<Answer>;
  order(orderId: string): Promise<Order>;
  setClock(nowMs: number): Promise<Answer>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openTestMarketplace(): Promise<TestMarketplace> {
  const dir = temporaryDir();
  const world = await startWorldStub();
  const open = async (): Promise<Service> => {
    const { service } = await openMarketplace({
      dataDir: dir.path,
      clockMs: START_MS,
      testMode: 'on',
      durability: 'D1',
      worldUrl: world.url,
    });
    return service;
  };
  let service = await open();
  let keys = 0;
  const call = (operation: string, input: object) => service.call(operation, input);

  async function ok<T>(operation: string, input: object): Promise<T> {
    const answer = await call(operation, input);
    if ('problem' in answer) throw new Error(`${operation}: ${JSON.stringify(answer.problem)}`);
    return answer.output as T;
  }

  async function refused(operation: string, input: object): Promise<Problem> {
    const answer = await call(operation, input);
    if ('output' in answer) throw new Error(`${operation} was not refused`);
    return answer.problem;
  }

  return {
    world,
    call,
    ok,
    refused,
    async code(operation, input) {
      const answer = await call(operation, input);
      return 'problem' in answer ? answer.problem.code : 'ok';
    },
    putStock: (productId, onHand, more) => ok('putStock', { productId, onHand, ...more }),
    stock: (productId) => ok('getStock', { productId }),
    hold: (productId, quantity, more) => {
      const lines = [{ productId, quantity }];
      const idempotencyKey = `hold-${++keys}`;
      return ok('reserve', { idempotencyKey, customerId: 'ann', lines, ...more });
    },
    reservation: (reservationId) => ok('getReservation', { reservationId }),
    pay: (reservationIds) =>
      call('placeOrder', {
        idempotencyKey: `pay-${reservationIds[0]}`,
        customerId: 'ann',
        reservationIds,
        payment: { methodId: 'card', amountMinor: 1000 },
      }),
    order: (orderId) => ok('getOrder', { orderId }),
    setClock: (nowMs) => call('setClock', { nowMs }),
    async restart() {
      await service.close();
      service = await open();
    },
    async close() {
      await service.close();
      await world.close();
      dir.remove();
    },
  };
}
