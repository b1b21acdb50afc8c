import { describe, expect, test } from 'vitest';
import { confirmChanges } from './confirmChanges.ts';
import type { Samples } from './estimateChange.ts';
import { judgeChanges, leastRuns } from './judgeChanges.ts';
import type { Judgement, Question } from './judgeChanges.ts';

/** Eight runs of about 100, one per cent around it. */
const STEADY = [100, 101, 99, 100.5, 99.5, 100.2, 99.8, 100.1];
const times = (values: readonly number[], factor: number): number[] =>
  values.map((value) => value * factor);

function separate(baseline: readonly number[], candidate: readonly number[]): Question {
  return {
    samples: { kind: 'separate', baseline, candidate },
    direction: 'lower-is-better',
    family: 'headline',
  };
}

function interleaved(baseline: readonly number[], candidate: readonly number[]): Question {
  const pairs = baseline.map((before, index) => ({
    baseline: before,
    candidate: candidate[index]!,
    first: index % 2 === 0 ? ('baseline' as const) : ('candidate' as const),
  }));
  const neighbours = baseline
    .slice(1)
    .map((after, index): [number, number] => [baseline[index]!, after]);
  const samples: Samples = { kind: 'interleaved', pairs, neighbours };
  return { samples, direction: 'lower-is-better', family: 'headline' };
}

const judgeOne = (question: Question): Judgement => judgeChanges([question])[0]!;

describe('the verdict on one figure', () => {
  test('is regressed or improved by the direction in which better lies', () => {
    const slower = separate(STEADY, times(STEADY, 1.2));
    expect(judgeOne(slower).verdict).toBe('regressed');
    expect(judgeOne({ ...slower, direction: 'higher-is-better' }).verdict).toBe('improved');
    expect(judgeOne(separate(STEADY, times(STEADY, 0.8))).verdict).toBe('improved');
    expect(judgeOne(interleaved(STEADY, times(STEADY, 1.2).reverse())).verdict).toBe('regressed');
  });

  test('is equivalent when the interval lies within 5 % either way', () => {
    expect(judgeOne(separate(STEADY, times(STEADY, 1.01))).verdict).toBe('equivalent');
    expect(judgeOne(interleaved(STEADY, times(STEADY, 0.99))).verdict).toBe('equivalent');
  });

  test('is inconclusive for a change that is certain but below 5 %', () => {
    const { verdict, reason } = judgeOne(separate(STEADY, times(STEADY, 1.048)));
    expect(verdict).toBe('inconclusive');
    expect(reason).toContain('below 5 %');
    expect(judgeOne(separate(STEADY, times(STEADY, 1 / 1.048))).verdict).toBe('inconclusive');
  });

  test('is inconclusive for a change above 5 % that the machine shows between equal runs', () => {
    const noisy = [70, 130, 85, 115, 75, 125, 90, 110];
    const { verdict, reason, leastChange } = judgeOne(separate(noisy, times(noisy, 1.1)));
    expect(verdict).toBe('inconclusive');
    expect(leastChange).toBeGreaterThan(Math.log(1.1));
    expect(reason).toContain('more runs');
  });

  test('asks a change to be above the A/A floor also where it is certain', () => {
    const samples = interleaved(STEADY, times(STEADY, 1.2)).samples;
    const neighbours = [
      [100, 160],
      [160, 100],
      [100, 160],
    ] as const;
    const { verdict, reason } = judgeOne({
      samples: { ...samples, neighbours } as Samples,
      direction: 'lower-is-better',
      family: 'headline',
    });
    expect(verdict).toBe('inconclusive');
    expect(reason).toContain('this machine shows between equal runs');
  });
});

describe('too few runs', () => {
  test('have a change and no verdict, and are told how many are needed', () => {
    const { verdict, reason, estimate } = judgeOne(separate([100], [150]));
    expect(verdict).toBe('inconclusive');
    expect(reason).toBe('1 run against 1 cannot show anything: 4 runs a side are needed at least');
    expect(Math.exp(estimate!.shift)).toBeCloseTo(1.5, 9);
    expect(estimate!.interval95).toEqual({ low: -Infinity, high: Infinity });
    expect(judgeOne(separate(STEADY.slice(0, 3), times(STEADY, 2).slice(0, 3))).verdict).toBe(
      'inconclusive',
    );
    expect(judgeOne(separate(STEADY.slice(0, 3), STEADY.slice(0, 4))).reason).toContain(
      'cannot show anything',
    );
    expect(
      judgeOne(interleaved(STEADY.slice(0, 5), times(STEADY, 2).slice(0, 5))).reason,
    ).toContain('6 pairs are needed');
  });

  test('for one figure are not too few for a verdict, and for many figures are', () => {
    const four = separate(STEADY.slice(0, 4), times(STEADY, 2).slice(0, 4));
    expect(judgeOne(four).verdict).toBe('regressed');
    const among = judgeChanges(new Array<Question>(20).fill(four));
    expect(among[0]!.verdict).toBe('inconclusive');
    expect(among[0]!.reason).toContain('6 runs a side can');
    expect([leastRuns(1), leastRuns(20)]).toEqual([4, 6]);
  });
});

describe('many figures', () => {
  test('are corrected together, the headlines only for each other', () => {
    const headline = separate(STEADY, times(STEADY, 1.2));
    const detail = { ...headline, family: 'detail' as const };
    const judged = judgeChanges([headline, detail, detail]);
    expect(judged[1]!.pAdjusted).toBeCloseTo(3 * judged[0]!.pAdjusted!, 12);
  });
});

describe('figures of zero', () => {
  test('that are the same in every run are equivalent', () => {
    const zeros = [0, 0, 0, 0, 0, 0];
    expect(judgeOne(separate(zeros, zeros)).verdict).toBe('equivalent');
  });

  test('that a candidate leaves in every run have regressed', () => {
    const zeros = [0, 0, 0, 0, 0, 0];
    expect(judgeOne(separate(zeros, [3, 4, 2, 5, 3, 3])).verdict).toBe('regressed');
    expect(judgeOne(interleaved(zeros, [3, 4, 2, 5, 3, 3])).verdict).toBe('regressed');
    expect(judgeOne(separate([3, 4, 2, 5, 3, 3], zeros)).verdict).toBe('improved');
  });
});

describe('a second series', () => {
  const worse = interleaved(STEADY, times(STEADY, 1.2));
  const same = interleaved(STEADY, STEADY);

  test('confirms what it shows again, and nothing else', () => {
    const first = judgeChanges([worse, worse, worse, same]);
    const confirmed = confirmChanges(first, [worse, same, 'the second does not have it', worse]);
    expect(confirmed.map(({ verdict }) => verdict)).toEqual([
      'regressed',
      'inconclusive',
      'invalid',
      'equivalent',
    ]);
    expect(confirmed.map(({ isRepeated }) => isRepeated)).toEqual([true, true, false, false]);
    expect(confirmed[2]!.reason).toBe('worse in the first series, and the second does not have it');
    expect(confirmed[0]!.reason).toContain('in both series');
    expect(confirmed[1]!.reason).toContain('does not show it again');
  });

  test('that was cut short clears nothing', () => {
    const short = interleaved(STEADY.slice(0, 5), STEADY.slice(0, 5));
    const [undecided] = confirmChanges(judgeChanges([worse]), [short]);
    expect(undecided!.verdict).toBe('invalid');
    expect(undecided!.reason).toContain('the second series was cut short');
  });

  test('is corrected for the figures that it was made for, and no others', () => {
    const varied = interleaved(STEADY, times([...STEADY].reverse(), 1.2));
    const confirmed = confirmChanges(judgeChanges([worse, same]), [varied, varied]);
    expect(confirmed[0]!.pAdjusted).toBeGreaterThan(0);
    expect(confirmed[0]!.pAdjusted).toBe(confirmed[0]!.estimate!.p);
  });
});
