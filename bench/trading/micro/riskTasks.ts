/** Account risk in columns: the check of a new order that reserves in the same step. */
import assert from 'node:assert/strict';
import { BUY } from '../../../reference/trading/engine/matchingEngine.types.ts';
import { createRiskBook } from '../../../reference/trading/engine/riskBook.ts';
import { RISK_COLLAR, RISK_OK } from '../../../reference/trading/engine/riskBook.types.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';

const ACCOUNTS = 100;
const CHECKS_A_CALL = 1_000;
const QTY = 10;
const PRICE_E4 = 1_000_000;
const COLLAR_BPS = 1_000;
/** One order in so many is priced outside of the collar, so that both answers are made. */
const OUTSIDE_EVERY = 10;
const OUTSIDE_E4 = PRICE_E4 * 2;
/** Beyond the window of the rate limit. */
const CALL_LASTS_MS = 2_000;

const LIMITS = {
  maxPosition: 1_000_000,
  maxOrderQty: 1_000,
  maxNotionalE4: 1e12,
  maxOpenOrders: 1_000,
  maxOrdersPerSec: 1_000,
  creditLimitE4: Number.MAX_SAFE_INTEGER,
};

function checkAndReserve(): MicroWork {
  const risk = createRiskBook();
  const symbol = risk.openSymbol(PRICE_E4, COLLAR_BPS);
  for (let account = 0; account < ACCOUNTS; account++) {
    risk.setLimits(risk.openAccount(), LIMITS);
  }
  let nowMs = 0;
  let reserved = false;
  const isOutside = (at: number): boolean => at % OUTSIDE_EVERY === 0;
  return {
    prepare() {
      nowMs += CALL_LASTS_MS;
      for (let at = 0; reserved && at < CHECKS_A_CALL; at++) {
        if (!isOutside(at)) risk.close(at % ACCOUNTS, symbol, BUY, QTY, PRICE_E4);
      }
      reserved = true;
    },
    fn() {
      let answers = 0;
      for (let at = 0; at < CHECKS_A_CALL; at++) {
        const priceE4 = isOutside(at) ? OUTSIDE_E4 : PRICE_E4;
        const code = risk.admit(at % ACCOUNTS, symbol, BUY, QTY, priceE4, nowMs);
        answers += code === RISK_OK ? 1 : code === RISK_COLLAR ? CHECKS_A_CALL : -1;
      }
      return answers;
    },
    check(answer) {
      const refused = CHECKS_A_CALL / OUTSIDE_EVERY;
      const accepted = CHECKS_A_CALL - refused;
      assert.equal(
        answer,
        accepted + refused * CHECKS_A_CALL,
        'another answer than the limits ask',
      );
      const accounts = Array.from({ length: ACCOUNTS }, (_, account) => account);
      const openQty = accounts.map((account) => risk.position(account, symbol).openBuyQty);
      const expected = accounts.map((account) => (isOutside(account) ? 0 : QTY * CHECKS_A_CALL / ACCOUNTS)); // prettier-ignore
      assert.deepEqual(openQty, expected, 'not what was accepted is reserved');
    },
  };
}

export const riskTasks: MicroTask[] = [
  { name: 'risk: check and reserve', operations: CHECKS_A_CALL, setup: checkAndReserve },
];
