/** Series of runs whose truth is known: how often does the comparison call a change where there is none, and miss one that there is? */
import { confirmChanges } from '../../harness/compare/confirmChanges.ts';
import type { Confirmed } from '../../harness/compare/confirmChanges.ts';
import { judgeChanges } from '../../harness/compare/judgeChanges.ts';
import type { ChangeVerdict, Question } from '../../harness/compare/judgeChanges.ts';
import type { Pair, Samples } from '../../harness/compare/estimateChange.ts';
import type { Random } from '../../harness/load/seededRandom.ts';

export interface Truth {
  /** `interleaved`: ABBA. `separate`: the runs of the baseline, and then those of the candidate. */
  readonly design: Samples['kind'];
  /** Pairs, or runs a side. */
  readonly runs: number;
  /** Of one headline figure, of which less is better: 0.1 is 10 % worse. The others do not change. */
  readonly shift: number;
  /** Deviation of one run's figure, as a share of it; each figure of a run has its own, which is the harder case. */
  readonly noise: number;
  /** By so much every run is slower than the one before it. */
  readonly driftPerSlot: number;
  /** Pairs of the second order that came to nothing, as when a series is cut short. */
  readonly lost?: number;
  /** As many as the profile `quick` of a case study has. */
  readonly headlines: number;
  readonly details: number;
}

export interface Found {
  /** On the figure that was shifted, or would be; after the second series where there was one. */
  readonly verdict: Confirmed['verdict'];
  /** By the first series alone, as when two files are compared. */
  readonly atOnce: ChangeVerdict;
  /** Was a figure called worse, or better, that did not change? */
  readonly falseAlarm: boolean;
  readonly falsePraise: boolean;
  readonly reran: boolean;
}

export const QUICK: Pick<Truth, 'noise' | 'headlines' | 'details'> = {
  noise: 0.03,
  headlines: 12,
  details: 30,
};

/** As `bench --ab` goes: a second series where the first one gives reason for it. Separate runs have none. */
export function simulateSeries(truth: Truth, random: Random): Found {
  const first = judgeChanges(questionsOf(truth, random));
  const reran = truth.design === 'interleaved' && first.some(({ isSuspect }) => isSuspect);
  const judged = reran ? confirmChanges(first, questionsOf(truth, random)) : first;
  const unchanged = truth.shift === 0 ? judged : judged.slice(1);
  return {
    verdict: judged[0]!.verdict,
    atOnce: first[0]!.verdict,
    falseAlarm: unchanged.some(({ verdict }) => verdict === 'regressed'),
    falsePraise: judged.some(({ verdict }) => verdict === 'improved'),
    reran,
  };
}

function questionsOf(truth: Truth, random: Random): Question[] {
  return Array.from({ length: truth.headlines + truth.details }, (_, index) => ({
    samples: samplesOf(truth, index === 0 ? truth.shift : 0, random),
    direction: 'lower-is-better',
    family: index < truth.headlines ? 'headline' : 'detail',
  }));
}

function samplesOf(truth: Truth, shift: number, random: Random): Samples {
  const value = (slot: number, isCandidate: boolean): number =>
    (1 + truth.driftPerSlot) ** slot *
    (isCandidate ? 1 + shift : 1) *
    Math.exp(truth.noise * normal(random));
  if (truth.design === 'separate') {
    const side = (first: number, isCandidate: boolean): number[] =>
      Array.from({ length: truth.runs }, (_, index) => value(first + index, isCandidate));
    return { kind: 'separate', baseline: side(0, false), candidate: side(truth.runs, true) };
  }
  const isCandidate = (slot: number): boolean => slot % 4 === 1 || slot % 4 === 2;
  const values = Array.from({ length: 2 * truth.runs }, (_, slot) =>
    value(slot, isCandidate(slot)),
  );
  const pairs = Array.from({ length: truth.runs }, (_, pair): Pair => {
    const [earlier, later] = [values[2 * pair]!, values[2 * pair + 1]!];
    return isCandidate(2 * pair)
      ? { baseline: later, candidate: earlier, first: 'candidate' }
      : { baseline: earlier, candidate: later, first: 'baseline' };
  });
  const neighbours = values
    .slice(1)
    .map((after, slot): [number, number] => [values[slot]!, after])
    .filter((_, slot) => isCandidate(slot) === isCandidate(slot + 1));
  const turned = pairs.filter(({ first }) => first === 'candidate').slice(0, truth.lost ?? 0);
  return {
    kind: 'interleaved',
    pairs: pairs.filter((pair) => !turned.includes(pair)),
    neighbours,
  };
}

/** Box and Muller 1958. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
