import { expect, test } from 'vitest';
import { after, keepsPlace, predict } from './model.ts';
import type { Incoming, Resting } from './model.ts';

const ask = (id: string, account: string, priceE4: number, leavesQty: number): Resting => ({
  ...{ id, account, side: 'SELL', priceE4, leavesQty },
});
const buy = (qty: number, how: Partial<Incoming> = {}): Incoming => ({
  ...{ account: 'tom', side: 'BUY', type: 'LIMIT', priceE4: 103, qty },
  ...how,
});
const book = [
  ask('late', 'mia', 102, 5),
  ask('first', 'mia', 101, 2),
  ask('second', 'max', 101, 4),
];

test('the best price trades first, and at one price whoever stood there first', () => {
  const { trades, ordStatus } = predict(book, buy(7));
  expect(trades.map(({ makerId, qty }) => [makerId, qty])).toEqual([
    ['first', 2],
    ['second', 4],
    ['late', 1],
  ]);
  expect(ordStatus).toEqual(['FILLED']);
});

test('what does not trade rests behind everybody at its price', () => {
  const incoming = buy(12);
  const prediction = predict(book, incoming);
  expect(prediction.leavesQty).toBe(1);
  expect(after(book, 'new', incoming, prediction)).toEqual([
    { id: 'new', account: 'tom', side: 'BUY', priceE4: 103, leavesQty: 1 },
  ]);
});

test('an own order stops the incoming one, is taken out of its way, or both end, as stp says', () => {
  const mine = buy(7, { account: 'max' });
  expect(predict(book, mine)).toMatchObject({ cumQty: 2, canceledIds: [], reason: ['SELF_TRADE'] });
  expect(predict(book, { ...mine, stp: 'CANCEL_MAKER' })).toMatchObject({
    ...{ cumQty: 7, canceledIds: ['second'], ordStatus: ['FILLED'] },
  });
  expect(predict(book, { ...mine, stp: 'CANCEL_BOTH' })).toMatchObject({
    ...{ cumQty: 2, canceledIds: ['second'], reason: ['SELF_TRADE'] },
  });
});

test('a FOK counts what stands before its own order and inside the band, and nothing behind', () => {
  expect(predict(book, buy(2, { account: 'max', tif: 'FOK' })).cumQty).toBe(2);
  expect(predict(book, buy(3, { account: 'max', tif: 'FOK' })).cumQty).toBe(0);
  const band = { lowE4: 99, highE4: 101 };
  expect(predict(book, buy(6, { tif: 'FOK' }), band).cumQty).toBe(6);
  expect(predict(book, buy(7, { tif: 'FOK' }), band)).toMatchObject({ enteredLimitState: false });
});

test('a trade outside the band is prevented and begins a limit state', () => {
  const prediction = predict(book, buy(8), { lowE4: 99, highE4: 101 });
  expect(prediction).toMatchObject({ cumQty: 6, leavesQty: 0, enteredLimitState: true });
  expect(prediction.reason).toEqual(['LIMIT_BAND']);
});

test('a replace keeps its place only at the same price and for no more', () => {
  const order = book[1]!;
  expect(keepsPlace(order, 101, 1)).toBe(true);
  expect(keepsPlace(order, 101, 3)).toBe(false);
  expect(keepsPlace(order, 100, 1)).toBe(false);
});
