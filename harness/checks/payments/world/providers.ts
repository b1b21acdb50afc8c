/** The providers: each has its own charges, and answers a reference that it knows as it stands. */
import type { WorldReply } from '../../../world/world.ts';
import { WrongCall } from '../../../world/wrongCall.ts';
import { answered, refused } from '../../kit/world/replies.ts';
import type { ProviderDecline } from '../worldQuestions.ts';
import { bookCapture, chargeMessage, newCharge, tombstone } from './charge.ts';
import type { Charge, ChargeRequest } from './charge.ts';
import type { ChargeBooks } from './chargeBooks.ts';

const DECLINED_CARDS: Readonly<Record<string, ProviderDecline>> = {
  '4000000000000002': 'CARD_DECLINED',
  '4000000000009995': 'INSUFFICIENT_FUNDS',
};

export interface Named {
  readonly providerId: string;
  readonly reference: string;
}
export interface CaptureRequest extends Named {
  readonly captureReference: string;
  readonly amountMinor: number;
}
export interface RefundRequest extends Named {
  readonly refundReference: string;
  readonly amountMinor: number;
}

export interface Providers {
  /** @param decline what a script wants of a charge that is not known yet */
  createCharge(request: ChargeRequest, decline?: ProviderDecline): WorldReply;
  getCharge(charge: Named): WorldReply;
  captureCharge(request: CaptureRequest): WorldReply;
  voidCharge(charge: Named): WorldReply;
  refundCharge(request: RefundRequest, decline?: ProviderDecline): WorldReply;
  getProviderRefund(refund: Pick<RefundRequest, 'providerId' | 'refundReference'>): WorldReply;
}

/** @param numberOf the vault's: a provider knows a method's number by its token */
export function createProviders(
  books: ChargeBooks,
  numberOf: (token: string) => string | undefined,
): Providers {
  return {
    createCharge(request, decline) {
      const known = books.find(request.providerId, request.reference);
      if (known && known.requests > 0) {
        known.requests += 1;
        return standing(known);
      }
      const number = numberOf(request.token);
      if (number === undefined) throw new WrongCall('the vault never gave this token.');
      const declineCode = known ? 'CARD_DECLINED' : (decline ?? DECLINED_CARDS[number] ?? null);
      const charge = Object.assign(known ?? {}, newCharge(request, declineCode));
      charge.requests = 1;
      books.enter(charge);
      return standing(charge);
    },
    getCharge({ providerId, reference }) {
      const charge = books.find(providerId, reference);
      return charge ? standing(charge) : neverReceived(reference);
    },
    captureCharge({ providerId, reference, captureReference, amountMinor }) {
      const charge = books.find(providerId, reference);
      if (!charge) return neverReceived(reference);
      if (charge.captureReference === captureReference) return standing(charge);
      if (charge.status !== 'authorized') return refused(409, `The charge is ${charge.status}.`);
      if (amountMinor > charge.amountMinor) {
        return refused(409, `${amountMinor} is more than the ${charge.amountMinor} authorised.`);
      }
      charge.captureReference = captureReference;
      bookCapture(charge, amountMinor);
      return standing(charge);
    },
    voidCharge({ providerId, reference }) {
      const charge = books.find(providerId, reference);
      if (!charge) {
        const kept = tombstone(providerId, reference);
        books.enter(kept);
        return standing(kept);
      }
      if (charge.refundedMinor > 0) return refused(409, 'The charge was refunded.');
      if (charge.status !== 'declined') {
        Object.assign(charge, { status: 'voided', capturedMinor: 0, feeMinor: 0 });
      }
      return standing(charge);
    },
    refundCharge({ providerId, reference, refundReference, amountMinor }, decline) {
      const known = books.findRefund(providerId, refundReference);
      if (known) return answered({ ...known.refund });
      const charge = books.find(providerId, reference);
      if (!charge) return neverReceived(reference);
      if (charge.status !== 'captured') return refused(409, `The charge is ${charge.status}.`);
      if (amountMinor > charge.capturedMinor - charge.refundedMinor) {
        return refused(
          409,
          `${charge.refundedMinor} of the ${charge.capturedMinor} captured are refunded: ${amountMinor} more is too much.`,
        );
      }
      const status = decline === undefined ? 'succeeded' : 'declined';
      if (status === 'succeeded') charge.refundedMinor += amountMinor;
      const refund = { refundReference, amountMinor, status } as const;
      books.enterRefund(charge, refund);
      return answered({ ...refund });
    },
    getProviderRefund({ providerId, refundReference }) {
      const known = books.findRefund(providerId, refundReference);
      return known ? answered({ ...known.refund }) : neverReceived(refundReference);
    },
  };
}

function standing(charge: Charge): WorldReply {
  return answered(chargeMessage(charge));
}

function neverReceived(reference: string): WorldReply {
  return refused(404, `Nothing was received under ${reference}.`);
}
