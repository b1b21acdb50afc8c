/** HFT-RISK-05: every risk refusal is alerted and audited. */
import fc from 'fast-check';
import type {
  Alert,
  ExecutionReport,
  PutLimits,
  Reason,
  SubmitOrder,
} from '../../../spec/trading/messages.d.ts';
import type { Check, Session } from '../check.ts';
import { auditEvent, witnessOf } from './auditJournal.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { holdRejected, priceAt, REFERENCE_E4, told, venueSession } from './venueSession.ts';
import type { OrderRequest, VenueSession } from './venueSession.ts';

interface RefusalCase {
  readonly reason: Reason;
  readonly limits: Partial<PutLimits>;
  readonly order: Pick<OrderRequest, 'qty' | 'priceE4'>;
  /** Orders that are open when it comes. */
  readonly openBefore?: number;
  /** What the alert must tell; where several readings are right, all of them. Undefined: the contract leaves it open. */
  readonly limit?: number;
  readonly attempted?: readonly number[];
}

/** Refusals with one possible reason each, of an account that has traded nothing. */
function refusalCases(size: number, symbol: string): RefusalCase[] {
  const priceE4 = REFERENCE_E4;
  const notionalE4 = size * priceE4;
  const order = { qty: size, priceE4 };
  const position = { maxPosition: size - 1 };
  return [
    {
      ...{ reason: 'RISK_MAX_ORDER_QTY', limits: { maxOrderQty: size - 1 }, order },
      ...{ limit: size - 1, attempted: [size] },
    },
    {
      ...{ reason: 'RISK_MAX_NOTIONAL', limits: { maxNotionalE4: notionalE4 - 1 }, order },
      ...{ limit: notionalE4 - 1, attempted: [notionalE4] },
    },
    {
      ...{ reason: 'RISK_POSITION_LIMIT', limits: position, order },
      ...{ limit: size - 1, attempted: [size] },
    },
    {
      ...{ reason: 'RISK_CREDIT_LIMIT', limits: { creditLimitE4: notionalE4 - 1 }, order },
      ...{ limit: notionalE4 - 1, attempted: [notionalE4] },
    },
    {
      // So many are open; with this one it would be one more.
      ...{ reason: 'RISK_MAX_OPEN_ORDERS', limits: { maxOpenOrders: 2 }, order, openBefore: 2 },
      ...{ limit: 2, attempted: [2, 3] },
    },
    { reason: 'RISK_RESTRICTED', limits: { restrictedSymbols: [symbol] }, order, limit: 0 },
    { reason: 'KILL_SWITCH', limits: { enabled: false }, order, limit: 0 },
    {
      ...{ reason: 'PRICE_COLLAR', limits: {}, order: { qty: size, priceE4: 2 * priceE4 } },
      attempted: [2 * priceE4],
    },
  ];
}

interface Refused {
  readonly request: SubmitOrder;
  readonly report: ExecutionReport;
  readonly auditSeq: number;
  readonly expected: RefusalCase;
}

/** Each case with an account of its own. */
async function refuseAll(venue: VenueSession, size: number): Promise<Refused[]> {
  const symbol = await venue.symbol('ACME');
  const refused: Refused[] = [];
  for (const [index, expected] of refusalCases(size, symbol).entries()) {
    const { reason, limits, order, openBefore = 0 } = expected;
    const account = await venue.account(`a${index}`, limits);
    for (let open = 0; open < openBefore; open += 1) {
      await venue.rest({ account, symbol, side: 'BUY', priceE4: priceAt(-1), qty: 1 });
    }
    const request = venue.order({ account, symbol, side: 'BUY', ...order });
    const report = await venue.call<ExecutionReport>('submitOrder', request);
    holdRejected(report, [reason], `the limits are ${JSON.stringify(limits)}`);
    refused.push({ request, report, auditSeq: witnessOf(report, told(report)), expected });
  }
  return refused;
}

const sizes = fc.integer({ min: 2, max: 500 });

const alertsRaised: Check = {
  id: 'risk-alerts',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      sizes,
      async (size, session: Session) => {
        const venue = venueSession(session);
        for (const { request, report, auditSeq, expected } of await refuseAll(venue, size)) {
          const { account, symbol } = request;
          const alerts = await venue.alerts(account);
          hold(
            alerts.length === 1,
            `${told(report)} of ${account} was its only order refused with ${expected.reason}, but it has ${alerts.length} alerts.`,
            1,
            alerts,
          );
          const alert = alerts[0]!;
          holdSame(
            pick(alert),
            { account, symbol, reason: expected.reason, auditSeq },
            `The alert of ${told(report)}, refused with ${expected.reason}, tells something else.`,
          );
          holdFigures(alert, expected);
          hit('alerts');
        }
      },
      { runs: 3 },
    ),
};

function pick({ account, symbol, reason, auditSeq }: Alert) {
  return { account, symbol, reason, auditSeq };
}

function holdFigures(alert: Alert, { reason, limit, attempted }: RefusalCase): void {
  hold(
    limit === undefined || alert.limit === limit,
    `The alert of a ${reason} has limit ${alert.limit}, but the limit broken is ${limit}.`,
    limit,
    alert,
  );
  hold(
    attempted === undefined || attempted.some((value) => BigInt(alert.attempted) === BigInt(value)),
    `The alert of a ${reason} has attempted ${alert.attempted}, but the value that broke the limit is ${attempted?.join(' or ')}.`,
    attempted,
    alert,
  );
}

const refusalsAudited: Check = {
  id: 'risk-refusals-audited',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      sizes,
      async (size, session) => {
        const venue = venueSession(session);
        for (const { request, report, auditSeq, expected } of await refuseAll(venue, size)) {
          const event = await auditEvent(venue, auditSeq);
          const input = event.input as Partial<SubmitOrder>;
          const output = event.output as Partial<ExecutionReport>;
          holdSame(
            {
              ...{ operation: event.operation, account: event.account, symbol: event.symbol },
              ...{ clOrdId: input.clOrdId, qty: input.qty, priceE4: input.priceE4 },
              ...{ ordStatus: output.ordStatus, reason: output.reason },
            },
            {
              ...{ operation: 'submitOrder', account: request.account, symbol: request.symbol },
              ...{ clOrdId: request.clOrdId, qty: request.qty, priceE4: request.priceE4 },
              ...{ ordStatus: 'REJECTED', reason: expected.reason },
            },
            `Audit event ${auditSeq}, named by the refusal of ${told(report)}, does not tell that order and that reason.`,
          );
          hit('refused');
        }
      },
      { runs: 3 },
    ),
};

export const riskAlerts: readonly Check[] = [alertsRaised, refusalsAudited];
