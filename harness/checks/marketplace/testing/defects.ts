/** Named defects of the test market, "a market that ...", each with the clauses that must find it. Others may find it too. */
import { FLEET_DEFECTS } from './fleetDefects.ts';
import { PAGE_DEFECTS } from './pageDefects.ts';
import { POOL_DEFECTS } from './poolDefects.ts';

const STOCK_DEFECTS = {
  'waits between reading and holding': ['MKT-INV-01.a', 'MKT-INV-01.d', 'MKT-SHARD-03.a'],
  'reads from a copy that lags behind': ['MKT-INV-01.c'],
  'sets stock below what is promised': ['MKT-INV-01.b', 'MKT-INV-03.c'],
  'adjusts below what is promised': ['MKT-INV-03.c'],
  'tells what is on hand without what is confirmed': ['MKT-INV-02.a'],
  'takes quantities below one': ['MKT-INV-03.a'],
  'takes a product in two lines': ['MKT-INV-02.b'],
  'holds the lines that it can': ['MKT-INV-03.b'],
  'ignores the limit per customer': ['MKT-INV-03.d'],
  'counts the limit for each reservation by itself': ['MKT-INV-03.d'],
  'looks at the limit before its turn': ['MKT-INV-03.d'],
  'counts released units for the limit': ['MKT-INV-03.d'],
  'forgets confirmed units for the limit': ['MKT-INV-03.d'],
  'says CONFLICT_RETRY when stock is out': ['MKT-INV-01.d'],
  'ignores If-Match': ['MKT-INV-04.a', 'MKT-INV-04.b'],
  'refuses another version without the ETag': ['MKT-INV-04.a'],
  'sets stock that it refuses': ['MKT-INV-04.a'],
  'takes any version for a product without a record': ['MKT-INV-04.a'],
  'looks at the version before its turn': ['MKT-INV-04.b'],
  'looks for the record before its turn': ['MKT-INV-04.b'],
  'keeps the version when a hold is given back': ['MKT-INV-04.c'],
  'keeps the version when stock is adjusted': ['MKT-INV-04.c'],
  'tells another ETag than the version': ['MKT-INV-04.c'],
} as const;

const KEY_DEFECTS = {
  'knows no keys': ['MKT-INV-05.a', 'MKT-INV-05.b'],
  'takes a repetition in flight for a new command': ['MKT-INV-05.b'],
  'adjusts twice under one key in flight': ['MKT-INV-05.b'],
  'takes another body for the same request': ['MKT-INV-05.c'],
  'takes another payment for the same request': ['MKT-INV-05.c'],
  'keeps refusals under their keys': ['MKT-INV-05.d'],
  'forgets keys in a crash': ['MKT-INV-05.e'],
  'forgets keys after twelve hours': ['MKT-INV-05.e'],
} as const;

const RESERVATION_DEFECTS = {
  'expires a millisecond early': ['MKT-RES-01.a'],
  'expires a millisecond late': ['MKT-RES-01.b'],
  'never expires': ['MKT-RES-01.b', 'MKT-RES-01.c'],
  'confirms what has expired': ['MKT-RES-01.b'],
  'extends what has expired': ['MKT-RES-01.b'],
  'returns expired units in a sweep': ['MKT-RES-01.c'],
  'keeps the units of what has expired': ['MKT-RES-01.c'],
  'returns expired units twice': ['MKT-RES-01.c', 'MKT-RES-02.c'],
  'does not move the deadline': ['MKT-RES-01.d'],
  'adds to the old deadline': ['MKT-RES-01.d'],
  'replies before it is durable': ['MKT-RES-02.a'],
  'forgets releases in a crash': ['MKT-RES-02.a'],
  'forgets deadlines in a crash': ['MKT-RES-02.b'],
  'begins deadlines anew after a crash': ['MKT-RES-02.b'],
  'waits between reading and confirming': ['MKT-RES-02.c', 'MKT-RES-03.c'],
  'confirms twice': ['MKT-RES-03.a'],
  'gives back twice what is released twice': ['MKT-RES-03.a'],
  'confirms what was released': ['MKT-RES-03.a'],
  'releases what was confirmed': ['MKT-RES-03.a'],
  'lets anybody confirm and release': ['MKT-RES-03.b'],
} as const;

const SHARD_DEFECTS = {
  'takes a sold-out product for its whole shard': ['MKT-SHARD-03.a'],
  'routes by the order of the shards': ['MKT-SHARD-01.a'],
  'forgets rings in a crash': ['MKT-SHARD-01.a'],
  'tells another shard than its route': ['MKT-SHARD-01.a'],
  'takes the hash modulo the number of shards': ['MKT-SHARD-01.b'],
  'loses the holds of what moves to another shard': ['MKT-SHARD-01.c'],
  'gives the first shard too much': ['MKT-SHARD-02.a'],
} as const;

const REPLICA_DEFECTS = {
  'replies before a majority has it': ['MKT-REP-01.a'],
  'never brings a lagging copy up to date': ['MKT-REP-02.a'],
  'applies again what a node has missed': ['MKT-REP-02.a'],
  'takes changes without a majority': ['MKT-REP-03.a'],
  'does not say that a read is stale': ['MKT-REP-03.a'],
} as const;

const ORDER_DEFECTS = {
  'charges another amount than it was told': ['MKT-ORD-01.a'],
  'pays without confirming': ['MKT-ORD-01.a'],
  'keeps the holds of a declined order': ['MKT-ORD-01.b'],
  'gives back twice what a declined order held': ['MKT-ORD-01.b'],
  'takes silence for a decline': ['MKT-ORD-01.c'],
  'takes silence for a failure': ['MKT-ORD-01.c'],
  'takes a failure for a decline': ['MKT-ORD-01.c'],
  'charges anew when it hears nothing': ['MKT-ORD-01.c'],
  'gives holds back when the payment service is down': ['MKT-ORD-01.c'],
  'leaves pending orders as they are': ['MKT-ORD-01.c'],
  'confirms before it charges': ['MKT-ORD-01.d'],
  'forgets pending orders in a crash': ['MKT-ORD-01.d'],
  'forgets declines in a crash': ['MKT-ORD-01.d', 'MKT-INV-05.e'],
  'orders what is held by others': ['MKT-ORD-01.e', 'MKT-RES-03.b'],
  'orders what has expired': ['MKT-ORD-01.e'],
  'orders what was released': ['MKT-ORD-01.e'],
  'orders a reservation twice': ['MKT-ORD-01.e'],
  'ships without moving units': ['MKT-ORD-01.f'],
  'ships again what was shipped': ['MKT-ORD-01.f'],
  'ships what is not paid': ['MKT-ORD-01.f'],
  'cancels what was shipped': ['MKT-ORD-01.f'],
  'cancels without voiding the charge': ['MKT-ORD-01.f'],
  'returns the units of a cancelled order twice': ['MKT-ORD-01.f'],
  'ignores the admission limit': ['MKT-ORD-02.a'],
  'refuses orders without Retry-After': ['MKT-ORD-02.a'],
  'lets orders wait instead of refusing them': ['MKT-ORD-02.a'],
  'keeps the slot of an order that failed': ['MKT-ORD-02.b'],
  'refuses everything when orders are refused': ['MKT-ORD-02.b'],
} as const;

const MARKET_DEFECTS = {
  ...STOCK_DEFECTS,
  ...KEY_DEFECTS,
  ...RESERVATION_DEFECTS,
  ...SHARD_DEFECTS,
  ...REPLICA_DEFECTS,
  ...ORDER_DEFECTS,
} as const;

/** Of all parts: a part in a file of its own adds its line here. */
export const DEFECTS = {
  ...MARKET_DEFECTS,
  ...PAGE_DEFECTS,
  ...FLEET_DEFECTS,
  ...POOL_DEFECTS,
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type MarketDefect = keyof typeof MARKET_DEFECTS;
export type Defect = keyof typeof DEFECTS;
