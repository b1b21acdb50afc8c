/** HFT-COMP-01: every command and outcome is in an append-only, hash-chained journal. */
import fc from 'fast-check';
import type { AuditEvent } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { findBrokenLink, GENESIS_HASH } from '../kit/hashChain.ts';
import { comparable, readAudit, witnessOf } from './auditJournal.ts';
import { hold, holdSame, sameJson } from '../kit/hold.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import { priceAt, venueSession } from './venueSession.ts';
import type { VenueSession } from './venueSession.ts';

interface Sequenced {
  readonly operation: string;
  readonly input: object;
  /** The reply, or the problem document. */
  readonly answer: { kind: 'ok' | 'refused'; body: Record<string, unknown> };
  readonly auditSeq: number;
}

interface Sent {
  readonly names: readonly string[];
  readonly commands: Sequenced[];
}

const plans = fc.record({
  side: sideArbitrary,
  qty: qtyArbitrary,
  order: fc.shuffledSubarray(
    ['cancel', 'replace', 'refused cancel', 'refused replace', 'no limits', 'too large', 'halt'],
    { minLength: 5 },
  ),
});
type Plan = typeof plans extends fc.Arbitrary<infer T> ? T : never;

/** Every kind of command, accepted and refused, one after another; no resends. */
async function sendAll(venue: VenueSession, { side, qty, order }: Plan): Promise<Sent> {
  const commands: Sequenced[] = [];
  const send = async (operation: string, input: object): Promise<Sequenced> => {
    const reply = await venue.attempt(operation, input);
    const body = (reply.kind === 'ok' ? reply.output : reply.problem) as Record<string, unknown>;
    const outcome = reply.kind === 'ok' ? 'The reply' : `The refusal (${reply.problem.code})`;
    const auditSeq = witnessOf(body, `${outcome} of ${operation}`);
    const sequenced = { operation, input, answer: { kind: reply.kind, body }, auditSeq };
    commands.push(sequenced);
    return sequenced;
  };
  const symbol = venue.id('ACME');
  const account = venue.id('ann');
  const stranger = venue.id('nobody');
  await send('putSymbol', {
    ...{ symbol, tickSizeE4: 100, lotSize: 1, referencePriceE4: priceAt(0), collarBps: 5_000 },
  });
  await send('putLimits', {
    ...{ account, maxPosition: 1_000, maxOrderQty: 100, maxNotionalE4: 1e12, maxOpenOrders: 100 },
    ...{ maxOrdersPerSec: 1_000, creditLimitE4: 1e12, restrictedSymbols: [] },
  });
  const request = (how: object = {}) =>
    venue.order({ account, symbol, side, priceE4: priceAt(0), qty, ...how });
  const submit = (how?: object) => send('submitOrder', request(how));
  const idOf = ({ answer }: Sequenced): string => String(answer.body['orderId']);

  for (const what of order) {
    const resting = await submit();
    const orderId = idOf(resting);
    const newClOrdId = venue.id(`r-${what}`);
    if (what === 'cancel') await send('cancelOrder', { orderId, account });
    if (what === 'replace')
      await send('replaceOrder', { orderId, account, newClOrdId, qty: qty + 1 });
    if (what === 'refused cancel') await send('cancelOrder', { orderId, account: stranger });
    if (what === 'refused replace') {
      const missing = { orderId: venue.id('no-such-order'), account, newClOrdId, qty };
      await send('replaceOrder', missing);
    }
    if (what === 'no limits') await submit({ account: stranger });
    if (what === 'too large') await submit({ qty: 101 });
    if (what === 'halt') {
      await send('haltSymbol', { symbol, reason: 'check' });
      await submit();
      await send('resumeSymbol', { symbol, reason: 'check' });
    }
  }
  await send('endSession', { symbol });
  await send('cancelAll', { account, reason: 'check' });
  return { names: [symbol, account, stranger], commands };
}

function isRefusal({ answer: { kind, body } }: Sequenced): boolean {
  return kind === 'refused' || body['ordStatus'] === 'REJECTED' || body['execType'] === 'REJECTED';
}

const auditComplete: Check = {
  id: 'audit-complete',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      plans,
      async (plan, session) => {
        const venue = venueSession(session);
        const { names, commands } = await sendAll(venue, plan);
        const first = commands[0]!.auditSeq;
        const events = await readAudit(venue, first, commands.at(-1)!.auditSeq);
        // Others write to the same journal: what is ours is known by ids that nobody else has.
        const ours = events.filter((event) => names.some((name) => isAbout(event, name)));
        holdSame(
          ours.map(({ auditSeq, operation }) => ({ auditSeq, operation })),
          commands.map(({ auditSeq, operation }) => ({ auditSeq, operation })),
          `The audit journal should have exactly one event for each of ${commands.length} commands, but has ${ours.length} of them.`,
        );
        hit('events', ours.length);
        hit('refusals', commands.filter(isRefusal).length);
      },
      { runs: 6 },
    ),
};

function isAbout({ account, symbol }: AuditEvent, name: string): boolean {
  return account === name || symbol === name;
}

const auditChain: Check = {
  id: 'audit-chain',
  isolation: 'shared',
  async run(context) {
    await context.property(
      plans,
      async (plan, session) => {
        const each = venueSession(session);
        const { commands } = await sendAll(each, plan);
        const first = commands[0]!.auditSeq;
        const events = await readAudit(each, Math.max(1, first - 1), commands.at(-1)!.auditSeq);
        const broken = findBrokenLink(events, events[0]?.prevHash);
        hold(
          broken === undefined,
          broken?.wrong === 'prevHash'
            ? `The prevHash of audit event ${broken.event.auditSeq} is not the hash of the event before it.`
            : `The hash of audit event ${broken?.event.auditSeq} is not SHA-256 of its prevHash and its canonical JSON.`,
          broken?.expected,
          broken?.event,
        );
        context.hit('events', events.length);
      },
      { runs: 3 },
    );
    // Last, because a journal is empty before the first command.
    const [genesis] = await readAudit(venueSession(context.session()), 1, 1);
    holdSame(genesis?.prevHash, GENESIS_HASH, 'The prevHash of audit event 1 is not 64 zeros.');
  },
};

/** What the contract supplies where a request leaves it out. */
const DEFAULTS: Record<string, unknown> = {
  tif: 'GTC',
  postOnly: false,
  stp: 'CANCEL_TAKER',
  enabled: true,
  disable: false,
  band: null,
};

const auditWitness: Check = {
  id: 'audit-witness',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      plans,
      async (plan, session) => {
        const venue = venueSession(session);
        const { commands } = await sendAll(venue, plan);
        const first = commands[0]!.auditSeq;
        const events = await readAudit(venue, first, commands.at(-1)!.auditSeq);
        for (const { operation, input, answer, auditSeq } of commands) {
          const event = events[auditSeq - first];
          const isThere = event?.auditSeq === auditSeq && event.operation === operation;
          hold(
            isThere && sameJson(withDefaults(event.input), withDefaults(input)),
            `Audit event ${auditSeq}, named by the reply of ${operation}, does not have that request.`,
            { operation, input },
            event,
          );
          const isSame =
            answer.kind === 'ok'
              ? sameJson(comparable(event.output), comparable(answer.body))
              : (event.output as { code?: unknown }).code === answer.body['code'];
          hold(
            isSame,
            `Audit event ${auditSeq}, named by the reply of ${operation}, does not have that reply.`,
            answer.body,
            event.output,
          );
          hit('events');
        }
      },
      { runs: 4 },
    ),
};

function withDefaults(input: object): object {
  const given = Object.entries(input).filter(([name, value]) => !sameJson(DEFAULTS[name], value));
  return Object.fromEntries(given);
}

export const auditTrail: readonly Check[] = [auditComplete, auditChain, auditWitness];
