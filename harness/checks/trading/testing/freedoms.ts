/** What the contract leaves open, as switches of the test venue: whichever way they stand, every check must pass. */
import { chooseAmong } from '../../testing/chooseFreedoms.ts';
import type { Chosen } from '../../testing/chooseFreedoms.ts';

/** The first choice of each is the default. */
export const FREEDOMS = {
  replacePublishes: ['REPLACE', 'DELETE_ADD'],
  iocEnds: ['CANCELED', 'EXPIRED'],
  unfillableFok: ['REJECTED', 'CANCELED', 'EXPIRED'],
  marketRemainder: ['CANCELED', 'EXPIRED'],
  untradedMarket: ['REJECTED', 'CANCELED', 'EXPIRED'],
  untradedSelfTrade: ['CANCELED', 'REJECTED', 'EXPIRED'],
  fokBehindOwn: ['FOK_UNFILLABLE', 'SELF_TRADE'],
  postOnlyOwn: ['POST_ONLY_WOULD_CROSS', 'SELF_TRADE'],
  untradedBand: ['CANCELED', 'REJECTED'],
  terminalCancel: ['TOO_LATE_TO_CANCEL', 'UNKNOWN_ORDER'],
  replaceBelowFilled: ['CANCELED', 'refused'],
  replaceToFilled: ['FILLED', 'CANCELED'],
  replacedOrderId: ['same', 'new'],
  replacedExecType: ['REPLACED', 'TRADE'],
  oldClOrdId: ['found', 'unknown'],
  duplicateOrderId: ['null', 'fresh'],
  rejectedOrderId: ['null', 'fresh'],
  rateWindow: ['sliding', 'fixed'],
  refusedOrdersCount: ['no', 'yes'],
  maxOpenOrdersAsks: ['resting', 'all'],
  riskOrder: ['forward', 'backward'],
  openOrdersAttempted: ['with', 'without'],
  noLimits: ['UNKNOWN_ACCOUNT', 'RISK_NO_LIMITS'],
  malformed: ['REJECTED', 'INVALID_REQUEST'],
  getOrderFills: ['all', 'none'],
  emptyCanceledOrders: ['absent', 'empty'],
  feedFromSeq: ['events', 'snapshot'],
  pages: ['full', 'short'],
  zeroPositions: ['absent', 'listed'],
  journalInput: ['as sent', 'with defaults'],
  fullExecute: ['alone', 'then DELETE'],
  extraFields: ['none', 'changing'],
  cancelBothLists: ['the resting order', 'both orders'],
  getOrderAuditSeq: ['of its last event', 'of the reading'],
  disablingByLimits: ['leaves orders', 'cancels orders'],
} as const;

export type Freedoms = Chosen<typeof FREEDOMS>;

export const chooseFreedoms = chooseAmong(FREEDOMS);

export const DEFAULT_FREEDOMS = chooseFreedoms(() => 0);
