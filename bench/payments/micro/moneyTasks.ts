/** Exact arithmetic of money: fee, conversion, sharing out, and all three in a capture's settlement. */
import assert from 'node:assert/strict';
import { allocate } from '../../../reference/payments/money/allocate.ts';
import { convert } from '../../../reference/payments/money/convert.ts';
import { feeOf } from '../../../reference/payments/money/fee.ts';
import { settle } from '../../../reference/payments/regionRouters/settlement.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';

const SUMS_A_CALL = 1_000;
/** 2^53 - 1 less a few, so that a double would round. */
const LARGEST_MINOR = Number.MAX_SAFE_INTEGER - SUMS_A_CALL;

function amountOf(at: number): number {
  return at % 100 === 0 ? LARGEST_MINOR + at : 1 + at * 37;
}

/** Makes all of them, and holds each to a rule that is stated in whole numbers. */
function sums(
  make: (at: number) => number,
  holds: (at: number, made: bigint) => boolean,
): MicroWork {
  const made = new Float64Array(SUMS_A_CALL);
  return {
    fn() {
      let total = 0;
      for (let at = 0; at < SUMS_A_CALL; at++) {
        const value = make(at);
        made[at] = value;
        total += value % 1_000;
      }
      return total;
    },
    check(answer) {
      made.forEach((value, at) => {
        assert.ok(holds(at, BigInt(value)), `${value} is not what ${amountOf(at)} comes to`);
      });
      assert.equal(
        answer,
        made.reduce((total, value) => total + (value % 1_000), 0),
      );
    },
  };
}

const FEE = { bps: 140, fixedMinor: 25 };

/** The smallest whole number that is not below 1.4 % + 0.25, or the whole amount where that is less. */
function isFee(at: number, fee: bigint): boolean {
  const gross = BigInt(amountOf(at));
  const exactE4 = gross * 140n + 25n * 10_000n;
  const isRoundedUp = fee * 10_000n >= exactE4 && (fee - 1n) * 10_000n < exactE4;
  return fee === gross ? exactE4 >= gross * 10_000n - 9_999n : isRoundedUp;
}

/** EUR to JPY at 161.237: two decimals to none. */
const RATE = '161.237';

function isConverted(at: number, converted: bigint): boolean {
  const exactE5 = BigInt(convertedAmountOf(at)) * 161_237n;
  return converted * 100_000n <= exactE5 && (converted + 1n) * 100_000n > exactE5;
}

/** So that the result is not above 2^53 - 1. */
function convertedAmountOf(at: number): number {
  return Math.floor(amountOf(at) / 2);
}

const WEIGHTS = [50, 20, 15, 10, 5];

function sharing(): MicroWork {
  const made: number[][] = [];
  return {
    fn() {
      let total = 0;
      for (let at = 0; at < SUMS_A_CALL; at++) {
        const shares = allocate(amountOf(at), WEIGHTS);
        made[at] = shares;
        total += (shares[0] ?? 0) % 1_000;
      }
      return total;
    },
    check(answer) {
      assert.equal(made.length, SUMS_A_CALL, 'amounts were not shared out');
      made.forEach((shares, at) => holdShares(amountOf(at), shares));
      const firsts = made.map(([first]) => (first ?? 0) % 1_000);
      assert.equal(
        answer,
        firsts.reduce((a, b) => a + b, 0),
      );
    },
  };
}

/** Nothing is lost, each share is its exact one rounded down or up, and none with a smaller remainder was rounded up in another's place. */
function holdShares(totalMinor: number, shares: readonly number[]): void {
  assert.equal(shares.length, WEIGHTS.length);
  const total = BigInt(totalMinor);
  const parts = shares.map((share, index) => {
    const exact = total * BigInt(WEIGHTS[index] ?? 0);
    return { extra: BigInt(share) - exact / 100n, remainder: exact % 100n };
  });
  const sum = shares.reduce((all, share) => all + BigInt(share), 0n);
  assert.equal(sum, total, `the shares of ${totalMinor} add up to ${sum}`);
  assert.ok(
    parts.every(({ extra }) => extra === 0n || extra === 1n),
    'a share is not rounded',
  );
  const up = parts.filter(({ extra }) => extra === 1n).map(({ remainder }) => remainder);
  const down = parts.filter(({ extra }) => extra === 0n).map(({ remainder }) => remainder);
  assert.ok(
    up.every((above) => down.every((below) => above >= below)),
    'a smaller remainder was rounded up',
  );
}

/** A capture of 1 000.00 EUR and more, settled in JPY, for five merchants. */
function settling(): MicroWork {
  const payment = {
    merchantId: 'shop',
    currency: 'EUR',
    splits: WEIGHTS.map((weight, at) => ({ merchantId: `shop-${at}`, weight })),
  };
  const terms = { fee: FEE, conversion: { currency: 'JPY', rate: RATE } };
  const amount = (at: number): number => 100_000 + at;
  let last: ReturnType<typeof settle> | undefined;
  return {
    fn() {
      let net = 0;
      for (let at = 0; at < SUMS_A_CALL; at++) {
        last = settle(payment, amount(at), terms);
        net += last.settlement.netMinor;
      }
      return net;
    },
    check(answer) {
      // 1 009.99 EUR x 161.237 = 162 847.75...; 1.4 % of that rounded up + 25.
      const grossMinor = 162_847;
      const feeMinor = 2_305;
      const netMinor = grossMinor - feeMinor;
      const settlement = { currency: 'JPY', grossMinor, feeMinor, netMinor, rate: RATE };
      assert.deepEqual(last?.settlement, settlement, 'not the settlement of 1 009.99 EUR');
      holdShares(netMinor, last?.allocations.map(({ amountMinor }) => amountMinor) ?? []);
      const all = Array.from({ length: SUMS_A_CALL }, (_, at) => {
        const gross = (BigInt(amount(at)) * 161_237n) / 100_000n;
        const fee = (gross * 140n + 9_999n) / 10_000n + 25n;
        return Number(gross - fee);
      });
      assert.equal(
        answer,
        all.reduce((a, b) => a + b, 0),
      );
    },
  };
}

export const moneyTasks: MicroTask[] = [
  {
    name: 'money: fee',
    operations: SUMS_A_CALL,
    setup: () => sums((at) => feeOf(amountOf(at), FEE), isFee),
  },
  {
    name: 'money: convert',
    operations: SUMS_A_CALL,
    setup: () => sums((at) => convert(convertedAmountOf(at), RATE, 2, 0), isConverted),
  },
  { name: 'money: allocate over five', operations: SUMS_A_CALL, setup: sharing },
  { name: 'settlement: convert, fee, five splits', operations: SUMS_A_CALL, setup: settling },
];
