/** The published `PaymentProcessor.ProcessPayment`, step by step. */
import type { ComplianceEngine } from './complianceEngine.ts';
import type { EventStore } from './eventStore.ts';
import type { FraudDetectionEngine } from './fraudDetection.ts';
import type { Event, PaymentRequest, PaymentResult } from './payment.ts';
import type { RegionRouter } from './regionRouter.ts';

export interface PaymentProcessor {
  /** By merchant location. */
  readonly regionRouters: Map<string, RegionRouter>;
  readonly fraudDetection: FraudDetectionEngine;
  readonly complianceEngine: ComplianceEngine;
  readonly eventStore: EventStore;
  /** `fraudScore > 0.8`. */
  readonly declineAbove: (payment: PaymentRequest) => number;
}

/** @throws Error where the published text returns one, and a TypeError where it follows a nil pointer */
export async function processPayment(
  processor: PaymentProcessor,
  payment: PaymentRequest,
): Promise<PaymentResult> {
  // Step 1: Route to appropriate region
  const router = getRegionRouter(processor, payment.merchantLocation);

  // Step 2: Fraud detection
  const fraudScore = await orFail(
    'fraud analysis failed',
    processor.fraudDetection.analyzePayment(payment),
  );

  if (fraudScore > processor.declineAbove(payment)) {
    return {
      status: 'DECLINED',
      reason: 'FRAUD_SUSPECTED',
      score: fraudScore,
      regionId: null,
      providerId: null,
    };
  }

  // Step 3: Compliance checks
  if (!(await processor.complianceEngine.validatePayment(payment, router.region))) {
    return {
      status: 'DECLINED',
      reason: 'COMPLIANCE_VIOLATION',
      regionId: null,
      providerId: null,
    };
  }

  // Step 4: Process payment
  const result = await orFail('payment processing failed', router.processRegionalPayment(payment));

  // Step 5: Store events for audit
  const events: Event[] = [
    { kind: 'PaymentInitiated', paymentId: payment.id, amount: payment.amount },
    { kind: 'FraudCheckCompleted', paymentId: payment.id, score: fraudScore },
    { kind: 'PaymentProcessed', paymentId: payment.id, result },
  ];

  void processor.eventStore.saveEvents(payment.id, events);

  return result;
}

/** A map's answer for what it does not hold is nil in Go, and nothing makes the caller look. */
function getRegionRouter({ regionRouters }: PaymentProcessor, location: string): RegionRouter {
  return regionRouters.get(location) as RegionRouter;
}

/** `return nil, fmt.Errorf("...: %w", err)`. */
async function orFail<T>(what: string, step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}
