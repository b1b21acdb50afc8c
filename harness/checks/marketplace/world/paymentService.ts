/** The payment service: it knows a charge by its reference, and answers one that it knows as it stands. */
import type { JsonObject } from '../../../target/target.ts';
import type { WorldReply } from '../../../world/world.ts';
import { answered, refused } from '../../kit/world/replies.ts';
import type { Charge, ChargeBooks } from './chargeBooks.ts';

export interface ChargeRequest {
  readonly reference: string;
  readonly customerId: string;
  readonly methodId: string;
  readonly amountMinor: number;
}

export interface PaymentService {
  /** @param declines what a script wants of a charge that is not known yet */
  createCharge(request: ChargeRequest, declines: boolean): WorldReply;
  getCharge(reference: string): WorldReply;
  voidCharge(reference: string): WorldReply;
}

export function createPaymentService(books: ChargeBooks): PaymentService {
  return {
    createCharge(request, declines) {
      const known = books.find(request.reference);
      if (known && known.requests > 0) {
        known.requests += 1;
        return standing(known);
      }
      // What is known without a request was voided before it came.
      const isDeclined = known !== undefined || declines || request.methodId.includes('-decline');
      const status = isDeclined ? 'declined' : 'approved';
      const charge = Object.assign(known ?? {}, { ...request, status, requests: 1 } as const);
      books.enter(charge);
      return standing(charge);
    },
    getCharge(reference) {
      const charge = books.find(reference);
      return charge ? standing(charge) : refused(404, `Nothing was received under ${reference}.`);
    },
    voidCharge(reference) {
      const charge = books.find(reference) ?? tombstone(reference);
      if (charge.status === 'approved') charge.status = 'voided';
      books.enter(charge);
      return standing(charge);
    },
  };
}

/** Keeps a reference from being charged. */
function tombstone(reference: string): Charge {
  const status = 'voided';
  return { reference, customerId: '', methodId: '', amountMinor: 0, status, requests: 0 };
}

function standing({ reference, status }: Charge): WorldReply {
  return answered({ reference, status } satisfies JsonObject);
}
