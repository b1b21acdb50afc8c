/** Ten backends, of which one is ten times slower: who gets the next request. Beside the two plainest rules, written here as baselines. */
import assert from 'node:assert/strict';
import { createPool } from '../../../reference/marketplace/loadBalancer/pool.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';
import { seededRandom } from './seededRandom.ts';

const BACKENDS = Array.from({ length: 10 }, (_, number) => `backend-${number}`);
const SLOW = 0;
const PICKS_A_CALL = 10_000;
/** How many picks later a request is answered: with ten even shares ten are in flight at each fast one. */
const FAST_PICKS = 100;
const SLOW_PICKS = 10 * FAST_PICKS;

interface Balancer {
  pick(pickId: string): string | undefined;
  complete(pickId: string, ok: boolean): string | undefined;
}

interface Rule {
  open(): Balancer;
  /** Throws when what was picked, by index and in order, is not by the rule. */
  hold(picked: readonly number[]): void;
}

const reference: Rule = {
  open: () => createPool({ poolId: 'pool', backendIds: BACKENDS }, () => 0, seededRandom(7)),
  hold(picked) {
    const { fullestPicked, fullestOverMean } = replay(picked);
    assert.equal(fullestPicked, 0, 'the one that had more in flight than every other was picked');
    // The contract's.
    assert.ok(fullestOverMean <= 1.5, `the fullest has ${fullestOverMean} times the mean`);
    const share = countsOf(picked)[SLOW]! / picked.length;
    assert.ok(share <= 0.1 / 3, `the slow backend gets ${share} of the requests`);
  },
};

/** No state at all: nothing is known of health or of what is in flight. */
const atRandom: Rule = {
  open() {
    const random = seededRandom(7);
    const pick = () => BACKENDS[Math.floor(random() * BACKENDS.length)];
    return { pick, complete: () => undefined };
  },
  hold(picked) {
    for (const count of countsOf(picked)) {
      assert.ok(Math.abs(count / picked.length - 0.1) < 0.02, 'shares are not even');
    }
  },
};

const inTurn: Rule = {
  open() {
    let next = 0;
    return { pick: () => BACKENDS[next++ % BACKENDS.length], complete: () => undefined };
  },
  hold: (picked) => picked.forEach((index, at) => assert.equal(index, at % BACKENDS.length)),
};

const indexes = new Map(BACKENDS.map((backendId, index) => [backendId, index]));

/** When a pick that was made then is answered, in picks. */
function answeredAt(at: number, index: number): number {
  return at + (index === SLOW ? SLOW_PICKS : FAST_PICKS);
}

function balancing({ open, hold }: Rule): MicroWork {
  const pickIds = Array.from({ length: PICKS_A_CALL }, (_, at) => `pick-${at}`);
  const picked = new Array<number>(PICKS_A_CALL);
  /** The picks that are answered then; at most one a time is fast, and one slow. */
  const fast = new Int32Array(PICKS_A_CALL + SLOW_PICKS);
  const slow = new Int32Array(PICKS_A_CALL + SLOW_PICKS);
  let balancer = open();
  return {
    prepare() {
      balancer = open();
      picked.fill(-1);
      fast.fill(-1);
      slow.fill(-1);
    },
    fn() {
      let sum = 0;
      for (let at = 0; at < PICKS_A_CALL; at++) {
        if (fast[at]! >= 0) balancer.complete(pickIds[fast[at]!]!, true);
        if (slow[at]! >= 0) balancer.complete(pickIds[slow[at]!]!, true);
        const index = indexes.get(balancer.pick(pickIds[at]!) ?? '') ?? -1;
        (index === SLOW ? slow : fast)[answeredAt(at, index)] = at;
        picked[at] = index;
        sum += (at + 1) * index;
      }
      return sum;
    },
    check(answer) {
      assert.ok(!picked.includes(-1), 'nobody was picked');
      const sum = picked.reduce((total, index, at) => total + (at + 1) * index, 0);
      assert.equal(answer, sum);
      hold(picked);
    },
  };
}

function countsOf(picked: readonly number[]): number[] {
  return BACKENDS.map((_, index) => picked.filter((one) => one === index).length);
}

/** What was in flight at each pick. */
function replay(picked: readonly number[]): {
  /** How often a backend was picked that had more in flight than every other. */
  fullestPicked: number;
  /** The mean over the second half, when the slow one has its share. */
  fullestOverMean: number;
} {
  const inFlight = BACKENDS.map(() => 0);
  let fullestPicked = 0;
  let ratios = 0;
  picked.forEach((index, at) => {
    for (const before of [at - FAST_PICKS, at - SLOW_PICKS]) {
      const ended = picked[before];
      if (ended !== undefined && answeredAt(before, ended) === at) inFlight[ended]!--;
    }
    const others = inFlight.filter((_, other) => other !== index);
    if (inFlight[index]! > Math.max(...others)) fullestPicked += 1;
    inFlight[index]!++;
    const total = inFlight.reduce((sum, count) => sum + count, 0);
    if (at >= picked.length / 2) ratios += (Math.max(...inFlight) * BACKENDS.length) / total;
  });
  return { fullestPicked, fullestOverMean: ratios / (picked.length / 2) };
}

const rules = { reference, 'baseline at random': atRandom, 'baseline in turn': inTurn };

export const balancerTasks = Object.entries(rules).map(([name, rule]): MicroTask => {
  const operations = PICKS_A_CALL;
  return { name: `backend, pick and complete: ${name}`, operations, setup: () => balancing(rule) };
});
