/** EHR-INT-01.d: what was acknowledged before a crash is there after it. */
import type { Answer } from '../../target/target.ts';
import type { Check, CheckContext } from '../check.ts';
import { afterAnswers, killInFlight } from '../kit/killInFlight.ts';
import { holdCanRestart } from '../kit/restart.ts';
import { openWard } from './ward.ts';
import { prepareDeeds } from './survivors.ts';
import type { Survivor } from './survivors.ts';

/** How many of each kind are sent at once, and after how many replies the kill comes. */
const WAVES: readonly { readonly ofEachKind: number; readonly answers: number }[] = [
  { ofEachKind: 3, answers: 24 },
  { ofEachKind: 2, answers: 10 },
  // All have been answered: what comes last has nothing behind it that could be lost in its stead.
  { ofEachKind: 1, answers: 13 },
  { ofEachKind: 1, answers: 13 },
];

const acknowledgedSurvives: Check = {
  id: 'acknowledged-survives',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    holdCanRestart(context.target);
    const ward = openWard(context.session());
    const earlier: Survivor[] = [];
    for (const { ofEachKind, answers } of WAVES) {
      const prepared = Array.from({ length: ofEachKind }, () => prepareDeeds(ward));
      const survivors = (await Promise.all(prepared)).flat();
      const acknowledged = await killAmong(context, survivors, answers);
      await Promise.all(acknowledged.map(({ survivor, answer }) => survivor.holds(answer)));
      context.hit('acknowledged', acknowledged.length);
      // Not lost in a later crash either.
      await Promise.all(earlier.map((survivor) => survivor.holdsOn?.()));
      earlier.push(...acknowledged.map(({ survivor }) => survivor));
    }
  },
};

type Acknowledgement = Extract<Answer, { kind: 'ok' }>;

async function killAmong(
  { target, hit }: CheckContext,
  survivors: readonly Survivor[],
  answersBefore: number,
): Promise<{ survivor: Survivor; answer: Acknowledgement }[]> {
  const sends = survivors.map(({ send }) => send);
  const { answers } = await killInFlight(target, sends, afterAnswers(answersBefore));
  hit('kills');
  return survivors.flatMap((survivor, index) => {
    const answer = answers[index]!;
    return answer.kind === 'ok' ? [{ survivor, answer }] : [];
  });
}

export const survives: readonly Check[] = [acknowledgedSurvives];
