/** The operations that change nothing. Each sees the state after the last committed command, and none after it. */
import type {
  Alerts,
  AuditEvent,
  AuditPage,
  GetBook,
  GetOrder,
  ListAlerts,
  ListAudit,
  ListTrades,
  Positions,
  StateHash,
} from '../../../spec/trading/messages.d.ts';
import type { JournalEvent } from '../../kit/auditJournal.ts';
import type { Answer } from '../../kit/service.ts';
import { symbolReport } from './commands/symbolReport.ts';
import { presentReport } from './executionReport.ts';
import { bookOf, tradesOf } from './marketData.ts';
import type { Account, Instrument, VenueState } from './state.ts';
import { findKey } from './state.ts';
import { positionsOf, stateHash, stateSnapshot } from './stateSnapshot.ts';

/** What reads see of the world. */
export interface ReadView {
  readonly state: VenueState;
  /** Of the last committed event. */
  readonly auditSeq: number;
  readJournal(fromSeq: number, limit: number): JournalEvent[];
  recall(auditSeq: number): { output: object };
  problem(code: string, detail: string): Answer;
}

type Read = (view: ReadView, input: object) => Answer;

/** Default and greatest page of lists, by the contract. */
const PAGE = 1000;
const DEFAULT_DEPTH = 10;

export const reads = new Map<string, Read>([
  ['getOrder', getOrder],
  ['getPositions', accountRead(getPositions)],
  ['listAlerts', accountRead(listAlerts)],
  ['getSymbol', symbolRead((instrument) => symbolReport(instrument, null))],
  [
    'getBook',
    symbolRead((instrument, input) =>
      bookOf(instrument, (input as GetBook).depth ?? DEFAULT_DEPTH),
    ),
  ],
  [
    'listTrades',
    symbolRead((instrument, input) => {
      const { fromSeq = 1, limit = PAGE } = input as ListTrades;
      return tradesOf(instrument, fromSeq, limit);
    }),
  ],
  ['listAudit', listAudit],
  ['getStateHash', getStateHash],
]);

function getOrder(view: ReadView, input: object): Answer {
  const { account, clOrdId } = input as GetOrder;
  const use = findKey(view.state, account, clOrdId);
  if (!use) return view.problem('UNKNOWN_ORDER', `${account} has used no clOrdId ${clOrdId}`);
  if (use.order) return { output: presentReport(use.order) };
  // Turned down: the report of then is all there is to say.
  return { output: view.recall(use.auditSeq).output };
}

function getPositions(account: Account, _input: object, { auditSeq }: ReadView): Positions {
  return { account: account.name, positions: positionsOf(account), asOfAuditSeq: auditSeq };
}

function listAlerts(account: Account, input: object): Alerts {
  const { fromAuditSeq = 1 } = input as ListAlerts;
  const alerts = account.alerts.filter(
    ({ auditSeq }) => auditSeq !== null && auditSeq >= fromAuditSeq,
  );
  return { account: account.name, alerts };
}

function listAudit(view: ReadView, input: object): Answer {
  const { fromSeq = 1, limit = PAGE } = input as ListAudit;
  const events = view.readJournal(fromSeq, limit).map(auditEvent);
  const lastSeq = events.at(-1)?.auditSeq ?? view.auditSeq;
  const output: AuditPage = { events, nextFromSeq: lastSeq < view.auditSeq ? lastSeq + 1 : null };
  return { output };
}

function auditEvent({ body, prevHash, hash }: JournalEvent): AuditEvent {
  return { ...(JSON.parse(body) as Omit<AuditEvent, 'prevHash' | 'hash'>), prevHash, hash };
}

function getStateHash(view: ReadView): Answer {
  const snapshot = stateSnapshot(view.state);
  const output: StateHash = {
    stateHash: stateHash(snapshot),
    snapshot,
    asOfAuditSeq: view.auditSeq,
  };
  return { output };
}

function accountRead(read: (account: Account, input: object, view: ReadView) => object): Read {
  return (view, input) => {
    const name = (input as { account: string }).account;
    const account = view.state.accounts.get(name);
    if (!account) return view.problem('UNKNOWN_ACCOUNT', `${name} has no limits yet`);
    return { output: read(account, input, view) };
  };
}

function symbolRead(read: (instrument: Instrument, input: object) => object): Read {
  return (view, input) => {
    const { symbol } = input as { symbol: string };
    const instrument = view.state.instruments.get(symbol);
    if (!instrument) return view.problem('UNKNOWN_SYMBOL', `${symbol} has not been put`);
    return { output: read(instrument, input) };
  };
}
