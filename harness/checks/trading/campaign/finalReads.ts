/**
 * What is read when everything has healed: the state and the whole journal, then both again after one more kill; and the journal's inputs
 * are sent again into an empty venue. What only shows while it is read (a broken chain, a state that does not stay, a replay that comes
 * out otherwise) is told here; the rest is for `judge`.
 */
import { isDeepStrictEqual } from 'node:util';
import type { AuditEvent, StateHash, StateSnapshot } from '../../../../spec/trading/messages.d.ts';
import type { CampaignFinalContext } from '../../campaignJudge.ts';
import { restartOnce, unless } from '../../kit/campaign/finalFrame.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import type { JsonObject, Target } from '../../../target/target.ts';
import { holdSameOutcome } from '../replay.ts';
import { asker } from '../../askHealed.ts';
import type { Report } from './explainJournal.ts';
import { pendingTimers } from './pendingTimers.ts';
import { readJournal } from './readJournal.ts';
import { figuresOf, viewOf } from './venueView.ts';
import type { VenueView } from './venueView.ts';

export interface TradingFinals {
  readonly journal: readonly AuditEvent[];
  readonly view: VenueView;
  /** Sent by the final reads themselves. */
  readonly sent: readonly HistoryOperation[];
  /** Sentences: what was wrong while it was read. */
  readonly findings: readonly string[];
  /** Events whose inputs were sent again to an empty venue. */
  readonly replayedEvents: number;
}

/** One defect can show in every event. */
const MAX_FINDINGS = 20;
/** Beyond this the rest of the journal is not replayed, and the hits say how much was. */
const MAX_REPLAY_MS = 40_000;

export async function finalReads(context: CampaignFinalContext): Promise<TradingFinals> {
  const findings: string[] = [];
  const report: Report = (sentence) => {
    if (findings.length < MAX_FINDINGS) findings.push(sentence);
  };
  const ask = asker(context.call);
  const timers = await pendingTimers(context.call, ask);
  const journal = await readJournal(ask, report);
  const empty: VenueView = { symbols: [], accounts: [] };
  const view = (await unless(report, () => viewOf(ask, journal))) ?? empty;
  await unless(report, async () => {
    await restartOnce(context, 'the venue');
    await timers.resume();
    holdJournalStays(journal, await readJournal(ask, report), report);
    holdViewStays(view, await viewOf(ask, journal), report);
    (await timers.judge()).forEach(report);
  });
  const { target: other } = await context.fresh();
  try {
    const replayedEvents = await replayInto(other, journal, view, report);
    return { journal, view, sent: timers.sent, findings, replayedEvents };
  } finally {
    await other.close();
  }
}

function holdJournalStays(
  before: readonly AuditEvent[],
  after: readonly AuditEvent[],
  report: Report,
): void {
  const index = before.findIndex((event, at) => !isDeepStrictEqual(event, after[at]));
  if (index >= 0) {
    report(
      `After one more kill and restart the journal has at ${index + 1} ${JSON.stringify(after[index])} instead of ${JSON.stringify(before[index])}.`,
    );
  } else if (after.length > before.length) {
    report(
      `After one more kill and restart the journal has ${after.length} events instead of ${before.length}, and nothing had been sent.`,
    );
  }
}

function holdViewStays(before: VenueView, after: VenueView, report: Report): void {
  before.symbols.forEach((symbol, index) => {
    if (isDeepStrictEqual(inContract(symbol), inContract(after.symbols[index]))) return;
    report(`After one more kill and restart ${symbol.symbol} is shown otherwise than before.`);
  });
  before.accounts.forEach((account, index) => {
    if (isDeepStrictEqual(account, after.accounts[index])) return;
    report(
      `After one more kill and restart the positions of ${account.account} are ${JSON.stringify(after.accounts[index]?.positions)} instead of ${JSON.stringify(account.positions)}.`,
    );
  });
  if (before.stateHash !== after.stateHash) {
    report(
      `After one more kill and restart the state hash is ${after.stateHash} instead of ${before.stateHash}.`,
    );
  }
}

/** A venue may tell more than the contract asks, and other things each time. */
function inContract(symbol: VenueView['symbols'][number] | undefined) {
  if (!symbol) return undefined;
  const { seq, state, bids, asks } = symbol.book;
  const levels = [bids, asks].map((side) =>
    side.map(({ priceE4, qty, orders }) => [priceE4, qty, orders]),
  );
  const trades = symbol.trades.map(({ tradeId, priceE4, qty }) => [tradeId, priceE4, qty]);
  return { seq, state, levels, trades, referencePriceE4: symbol.referencePriceE4 };
}

/** @returns how many events were sent again */
async function replayInto(
  target: Target,
  journal: readonly AuditEvent[],
  { stateHash, snapshot }: VenueView,
  report: Report,
): Promise<number> {
  const startedMs = performance.now();
  let nowMs = target.startClockMs;
  for (const [index, event] of journal.entries()) {
    if (performance.now() - startedMs > MAX_REPLAY_MS) return index;
    if (event.timeMs > nowMs) {
      nowMs = event.timeMs;
      await target.call('setClock', { nowMs });
    }
    const answer = await target.call(event.operation, event.input as JsonObject);
    // Silence of an empty venue says nothing about the one that was judged.
    if (answer.kind === 'indeterminate') return index;
    const isSame = await unless(report, async () => {
      holdSameOutcome(answer, event);
      return true;
    });
    // After the first difference everything differs.
    if (!isSame) return index;
  }
  const hash = await asker((operation, input) =>
    target.call(operation, input),
  ).ifOffered<StateHash>('getStateHash', {});
  if (!hash || !snapshot) return journal.length;
  const isEqual =
    hash.stateHash === stateHash && isDeepStrictEqual(figures(hash.snapshot), figures(snapshot));
  if (!isEqual) {
    report(
      `All ${journal.length} inputs of the journal, sent to an empty venue, give another state than the venue is in after the campaign.`,
    );
  }
  return journal.length;
}

function figures({ symbols, accounts }: StateSnapshot) {
  return {
    symbols,
    accounts: accounts.map((each) => ({ ...each, positions: figuresOf(each.positions) })),
  };
}
