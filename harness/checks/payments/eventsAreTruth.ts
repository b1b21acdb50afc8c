/** PAY-EVT-03: state and proof follow from the events. */
import fc from 'fast-check';
import type { Payment } from '../../../spec/payments/messages.d.ts';
import type { Check } from '../check.ts';
import { findBrokenLink } from '../kit/hashChain.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { foldEvents } from './foldEvents.ts';
import type { FoldedPayment } from './foldEvents.ts';
import { ALL_PLOTS, openScene, playAll } from './histories.ts';
import { worldOf } from './shop.ts';

const amounts = fc.array(fc.integer({ min: 10, max: 1_000_000 }), {
  minLength: ALL_PLOTS.length,
  maxLength: ALL_PLOTS.length,
});

const eventsRebuildState: Check = {
  id: 'events-rebuild-state',
  isolation: 'shared',
  run: (context) =>
    context.property(
      amounts,
      async (amountsMinor, session) => {
        const scene = await openScene(session, worldOf(context));
        const { shop } = scene;
        for (const { name, paymentId } of await playAll(ALL_PLOTS, scene, amountsMinor)) {
          const served = await shop.get(paymentId);
          const folded = foldEvents(await shop.events(paymentId));
          hold(
            folded.kind === 'payment',
            `The events of a payment that was ${name} cannot be folded: ${folded.kind === 'unreadable' ? `at seq ${folded.seq}, ${folded.reason}` : ''}.`,
          );
          holdServed(served, folded.payment, name);
          context.hit('payments');
        }
      },
      { runs: 2 },
    ),
};

function holdServed(served: Payment, folded: FoldedPayment, name: string): void {
  for (const field of COMPARED) {
    holdSame(
      served[field],
      folded[field],
      `A payment that was ${name} is served with ${field} ${JSON.stringify(served[field])}, and its events say ${JSON.stringify(folded[field])}.`,
    );
  }
  const { paymentMethod, settlement, amountRefundedMinor, pendingRefunds } = folded;
  if (paymentMethod !== null) {
    holdSame(
      methodOf(served.paymentMethod),
      methodOf(paymentMethod),
      `A payment that was ${name} is served with another payment method than its events say.`,
    );
  }
  holdSame(
    settlement && settlementOf(served.settlement),
    settlement && settlementOf(settlement),
    `A payment that was ${name} is served with another settlement than its events say.`,
  );
  const pending = [...pendingRefunds.values()].reduce((sum, amount) => sum + amount, 0);
  const accepted = [amountRefundedMinor, amountRefundedMinor + pending];
  hold(
    accepted.includes(served.amountRefundedMinor),
    `A payment that was ${name} is served with amountRefundedMinor ${served.amountRefundedMinor}, and its events say ${amountRefundedMinor}.`,
    accepted,
    served.amountRefundedMinor,
  );
}

const COMPARED = [
  ...(['merchantId', 'status', 'amountMinor', 'currency', 'captureMethod'] as const),
  ...(['amountCapturableMinor', 'amountReceivedMinor', 'declineCode'] as const),
  ...(['cancellationReason', 'authorizationExpiresAtMs', 'version'] as const),
];

/** Without what an implementation tells more. */
function methodOf({ type, last4, fingerprint }: Payment['paymentMethod']): object {
  return { type, last4, fingerprint };
}

function settlementOf(settlement: Payment['settlement']): object | null {
  if (settlement === null) return null;
  const { currency, grossMinor, feeMinor, netMinor, rate } = settlement;
  return { currency, grossMinor, feeMinor, netMinor, rate };
}

const chainVerifies: Check = {
  id: 'chain-verifies',
  isolation: 'shared',
  run: (context) =>
    context.property(
      amounts,
      async (amountsMinor, session) => {
        const scene = await openScene(session, worldOf(context));
        for (const { paymentId } of await playAll(ALL_PLOTS, scene, amountsMinor)) {
          const events = await scene.shop.events(paymentId);
          const broken = findBrokenLink(events);
          hold(
            broken === undefined,
            broken?.wrong === 'prevHash'
              ? `The prevHash of event ${broken.event.seq} of ${paymentId} is not the hash of the event before it (of the first one: 64 zeros).`
              : `The hash of event ${broken?.event.seq} of ${paymentId} is not SHA-256 of its prevHash and its canonical JSON.`,
            broken?.expected,
            broken?.event,
          );
          context.hit('events', events.length);
        }
      },
      { runs: 1 },
    ),
};

export const eventsAreTruth: readonly Check[] = [eventsRebuildState, chainVerifies];
