/** What travels through the published function. The token and the fingerprint are ours: the outside services ask for them. */
import type {
  Customer,
  DeclineCode,
  MaskedMethod,
  MethodType,
} from '../../../spec/payments/messages.d.ts';

export interface PaymentRequest {
  readonly id: string;
  readonly merchantId: string;
  /** `payment.MerchantLocation`: the network and the country, because networks do not see each other. */
  readonly merchantLocation: string;
  readonly networkId: string;
  readonly amount: number;
  readonly currency: string;
  readonly methodType: MethodType;
  readonly method: MaskedMethod;
  readonly token: string;
  readonly customer: Customer;
  readonly capture: boolean;
}

export interface PaymentResult {
  readonly status: 'DECLINED' | 'AUTHORIZED' | 'PROCESSED';
  readonly reason?: DeclineCode;
  /** Set where the published text sets it: in the reply to a payment that it takes for fraud. */
  readonly score?: number;
  readonly regionId: string | null;
  readonly providerId: string | null;
}

export type Event =
  | { readonly kind: 'PaymentInitiated'; readonly paymentId: string; readonly amount: number }
  | { readonly kind: 'FraudCheckCompleted'; readonly paymentId: string; readonly score: number }
  | {
      readonly kind: 'PaymentProcessed';
      readonly paymentId: string;
      readonly result: PaymentResult;
    };
