/** Whole decisions: what of a patient a user may see for a purpose, every type and label of it. */
import assert from 'node:assert/strict';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';
import { casbin, casl, reference } from './decisionEngines.ts';
import type { Decide } from './decisionEngines.ts';
import { partsByHand, questions } from './ward.ts';

const QUESTIONS = 1_000;
/** In turn: a question comes again after all others. */
const DECISIONS_A_CALL = 40;

function deciding(decide: Decide): MicroWork {
  const asked = questions(QUESTIONS);
  const expected = asked.map(partsByHand);
  const decided: number[] = [];
  let first = -DECISIONS_A_CALL;
  return {
    prepare() {
      first = (first + DECISIONS_A_CALL) % QUESTIONS;
    },
    fn() {
      let sum = 0;
      for (let at = first; at < first + DECISIONS_A_CALL; at++) {
        decided[at] = decide(asked[at]!);
        sum += (at + 1) * decided[at]!;
      }
      return sum;
    },
    check(answer) {
      const all = asked.map((question, at) => decided[at] ?? decide(question));
      assert.deepEqual(all, expected, 'not what the policy and the consents allow');
      const some = expected.slice(first, first + DECISIONS_A_CALL);
      const sum = some.reduce((total, mask, at) => total + (first + at + 1) * mask, 0);
      assert.equal(answer, sum);
    },
  };
}

export const decisionTasks: MicroTask[] = Object.entries({
  reference,
  casbin,
  '@casl/ability': casl,
}).map(([name, decide]) => ({
  name: `decision on a record of 21 parts: ${name}`,
  operations: DECISIONS_A_CALL,
  setup: () => deciding(decide),
}));
