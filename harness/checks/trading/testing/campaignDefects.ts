/** One venue a defect that only crashes, lost replies or many clients bring to light, with the share of seeds in which it is accused. */
import type {
  AuditEvent,
  ExecutionReport,
  HaltSymbol,
} from '../../../../spec/trading/messages.d.ts';
import type { JsonObject } from '../../../target/target.ts';
import { GENESIS_HASH, chainHash } from '../../kit/hashChain.ts';
import { copyPlain } from '../../testing/copyPlain.ts';
import { idempotencyKeyOf } from '../campaign/commands.ts';
import { carryOut, isCommand, soundParts, written } from './campaignVenue.ts';
import type { CampaignVenue, VenueParts } from './campaignVenue.ts';
import type { Defect } from './defects.ts';
import type { VenueState } from './venueState.ts';

export interface CampaignDefect {
  readonly name: string;
  readonly parts: VenueParts;
  /** Of the venue itself. */
  readonly defect?: Defect;
  /** Published: a little under what was measured. */
  readonly leastRate: number;
}

function inParts(name: string, leastRate: number, parts: Partial<VenueParts>): CampaignDefect {
  return { name, leastRate, parts: { ...soundParts, ...parts } };
}

/** Sound but for what it makes of its state when it comes up. */
function inRecovery(
  name: string,
  leastRate: number,
  spoil: (state: VenueState, venue: CampaignVenue) => void,
): CampaignDefect {
  return inParts(name, leastRate, {
    recover(venue, nowMs) {
      soundParts.recover(venue, nowMs);
      spoil(venue.venue.state, venue);
    },
  });
}

function ofVenue(defect: Defect, leastRate: number): CampaignDefect {
  return { name: defect, leastRate, defect, parts: soundParts };
}

/** Books as they were shown first, until they are shown anew. */
const caches = new WeakMap<CampaignVenue, Map<string, ReturnType<typeof carryOut>>>();
/** Where a chain began anew. */
const breaks = new WeakMap<CampaignVenue, Set<number>>();

export const campaignDefects: readonly CampaignDefect[] = [
  inParts('acknowledges before the journal is written', 0.9, {
    async serve(venue, operation, input) {
      const answer = carryOut(venue, operation, input);
      void written(venue, 5, 30);
      return answer;
    },
  }),
  // Seen only where a book was shown in the milliseconds between a command and its write, and the kill came then.
  inParts('shows what is not yet journaled', 0.05, {
    async serve(venue, operation, input) {
      const answer = carryOut(venue, operation, input);
      return isCommand(operation) ? (await written(venue, 5, 30)) && answer : answer;
    },
  }),
  inParts('loses the last record when it comes up', 0.9, {
    recover(venue, nowMs) {
      venue.venue.state.journal.pop();
      soundParts.recover(venue, nowMs);
    },
  }),
  ofVenue('makes a second order of a resend', 0.9),
  ofVenue('forgets clOrdIds in a restart', 0.75),
  ofVenue('begins ids again after a crash', 0.7),
  inRecovery('uses public sequence numbers again after a crash', 0.9, (state) => {
    for (const instrument of state.instruments.values()) {
      instrument.seq = Math.max(0, instrument.seq - 2);
    }
  }),
  inRecovery('carries out one side of the last trade when it comes up', 0.9, (state) => {
    const last = state.journal.findLast((event) => fillsOf(event.output).length > 0);
    const [fill] = fillsOf(last?.output ?? {});
    const maker = state.orders.get(fill?.makerOrderId ?? '');
    const position = state.accounts.get(maker?.account ?? '')?.positions.get(maker?.symbol ?? '');
    if (fill && maker && position) position.netQty -= (maker.side === 'BUY' ? 1 : -1) * fill.qty;
  }),
  inParts('shows books from a cache', 0.4, {
    async serve(venue, operation, input) {
      if (operation !== 'getBook') return soundParts.serve(venue, operation, input);
      const cache = caches.get(venue) ?? new Map<string, ReturnType<typeof carryOut>>();
      caches.set(venue, cache);
      const place = JSON.stringify(input);
      const cached = cache.get(place) ?? carryOut(venue, operation, input);
      if (!cache.has(place)) void venue.time.sleepBetween(10, 40).then(() => cache.delete(place));
      cache.set(place, cached);
      return (await written(venue, 0, 2)) && copyPlain(cached);
    },
  }),
  inParts('carries out what nobody sent', 0.9, {
    answer(venue, operation, input) {
      const answer = carryOut(venue, operation, input);
      if (operation === 'submitOrder' && venue.random() < 0.1) {
        carryOut(venue, operation, { ...input, clOrdId: `again-${venue.venue.state.auditSeq}` });
      }
      return answer;
    },
  }),
  inRecovery('counts timers anew from the restart', 0.95, (state) => {
    for (const instrument of state.instruments.values()) {
      const halt = state.journal.findLast(
        ({ operation, symbol }) => operation === 'haltSymbol' && symbol === instrument.symbol,
      );
      const { haltMs = Infinity } = (halt?.input ?? {}) as Partial<HaltSymbol>;
      const limitStateMs = instrument.params.band?.limitStateMs ?? Infinity;
      if (instrument.state === 'HALTED') instrument.deadlineMs = state.nowMs + haltMs;
      if (instrument.state === 'LIMIT_STATE') instrument.deadlineMs = state.nowMs + limitStateMs;
    }
  }),
  inParts('answers a repeated command with the present state', 0.6, {
    answer(venue, operation, input) {
      const before = venue.venue.state.journal.length;
      const answer = carryOut(venue, operation, input);
      const isResend = venue.venue.state.journal.length === before;
      const key = idempotencyKeyOf(operation, input);
      if (answer.kind !== 'ok' || key === undefined || !isResend) return answer;
      const { orderId } = answer.output as unknown as ExecutionReport;
      const order = venue.venue.state.orders.get(orderId ?? '');
      if (!order) return answer;
      const { ordStatus, cumQty, leavesQty } = order;
      return { kind: 'ok', output: { ...answer.output, ordStatus, cumQty, leavesQty } };
    },
  }),
  inParts('begins its hash chain anew when it comes up', 0.95, {
    recover(venue, nowMs) {
      soundParts.recover(venue, nowMs);
      const begins = breaks.get(venue) ?? new Set();
      breaks.set(venue, begins.add(venue.venue.state.journal.length + 1));
    },
    answer(venue, operation, input) {
      const answer = carryOut(venue, operation, input);
      if (operation !== 'listAudit' || answer.kind !== 'ok') return answer;
      const page = answer.output as JsonObject & { events: AuditEvent[] };
      for (const event of page.events) {
        if (!breaks.get(venue)?.has(event.auditSeq)) continue;
        event.prevHash = GENESIS_HASH;
        event.hash = chainHash(event);
      }
      return answer;
    },
  }),
  inRecovery('loses the places of its orders when it comes up', 0.55, (state) => {
    for (const instrument of state.instruments.values()) {
      instrument.book = [...instrument.book].reverse();
    }
  }),
  inRecovery('loses the smallest resting order when it comes up', 0.9, (state) => {
    for (const instrument of state.instruments.values()) {
      const least = Math.min(...instrument.book.map(({ leavesQty }) => leavesQty));
      const lost = instrument.book.find(({ leavesQty }) => leavesQty === least);
      instrument.book = instrument.book.filter((each) => each !== lost);
      Object.assign(state.orders.get(lost?.id ?? '') ?? {}, {
        ordStatus: 'CANCELED',
        leavesQty: 0,
      });
    }
  }),
  inParts('refuses for certain and carries it out later', 0.85, {
    async serve(venue, operation, input) {
      if (!isCommand(operation) || venue.random() >= 0.05) {
        return soundParts.serve(venue, operation, input);
      }
      const { epoch } = venue;
      void venue.time.sleepBetween(1, 10).then(() => {
        if (venue.epoch === epoch) void soundParts.serve(venue, operation, input);
      });
      return { kind: 'refused', problem: { code: 'OVERLOADED' } };
    },
  }),
];

function fillsOf(output: object): ExecutionReport['fills'] {
  return (output as Partial<ExecutionReport>).fills ?? [];
}
