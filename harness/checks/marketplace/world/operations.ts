/** The operations of the world, and the ids by which a call is scripted and found. */
import type { JsonObject } from '../../../target/target.ts';
import { boundedMap } from '../../kit/world/boundedMap.ts';
import type { WorldOperationName } from '../worldQuestions.ts';
import type { ChargeBooks } from './chargeBooks.ts';

/** As many as charges are kept. */
const MAX_REQUESTED = 300_000;

const OPERATIONS: readonly string[] = [
  'getItem',
  'putItemPrice',
  'createCharge',
  'getCharge',
  'voidCharge',
] satisfies WorldOperationName[];

export function isWorldOperation(name: unknown): name is WorldOperationName {
  return typeof name === 'string' && OPERATIONS.includes(name);
}

export interface CallIds {
  /** Remembers whose a charge is that is asked for, booked or not: later calls about it are that customer's and method's too. */
  note(operation: string, input: JsonObject): void;
  scriptId(operation: WorldOperationName, input: JsonObject): string;
  idsOf(operation: WorldOperationName, input: JsonObject): string[];
}

interface Owner {
  readonly customerId: string;
  readonly methodId: string;
}

export function createCallIds(books: ChargeBooks): CallIds {
  const requested = boundedMap<Owner>(MAX_REQUESTED);
  const ownerOf = (reference: string): Owner | undefined => {
    const booked = books.find(reference);
    return booked && booked.requests > 0 ? booked : requested.get(reference);
  };
  return {
    note(operation, input) {
      if (operation !== 'createCharge') return;
      const { reference, customerId, methodId } = input as unknown as Owner & { reference: string };
      requested.set(reference, { customerId, methodId });
    },
    scriptId(operation, input) {
      if (operation === 'getItem' || operation === 'putItemPrice')
        return String(input['productId']);
      if (operation === 'createCharge') return String(input['methodId']);
      const reference = String(input['reference']);
      // What was never asked for has no method; nobody scripts an id of the implementation.
      return ownerOf(reference)?.methodId ?? reference;
    },
    idsOf(operation, input) {
      if (operation === 'getItem' || operation === 'putItemPrice') return [];
      const reference = String(input['reference']);
      const owner = ownerOf(reference);
      const customerId = operation === 'createCharge' ? input['customerId'] : owner?.customerId;
      return [reference, ...(typeof customerId === 'string' ? [customerId] : [])];
    },
  };
}
