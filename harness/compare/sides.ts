/** Which rows are the baseline and which the candidate, and whether they can be: mistakes of naming files end here. */
import { SpecError } from '../contract/specError.ts';
import type { ComparedSide } from './comparison.ts';
import type { ResultRow, Side } from './resultRow.ts';

export interface Sides {
  readonly design: 'interleaved' | 'separate';
  readonly baseline: readonly ResultRow[];
  readonly candidate: readonly ResultRow[];
}

/**
 * @param files rows of each, in the order in which they were named
 * @throws SpecError when one run would stand on both sides, or a side holds several implementations
 */
export function separateSides(
  baseline: readonly (readonly ResultRow[])[],
  candidate: readonly (readonly ResultRow[])[],
): Sides {
  const paired = [...baseline, ...candidate].flat().find(({ place }) => place !== null);
  if (paired) {
    throw new SpecError(
      `${paired.file} holds both sides of a series of bench --ab: compare it by itself, as in \`casemark compare ${paired.file}\`.`,
    );
  }
  const before = oneSide('baseline', baseline);
  const after = oneSide('candidate', candidate);
  const runs = new Set(before.map(({ run }) => run));
  const both = after.find(({ run }) => runs.has(run));
  if (both) {
    throw new SpecError(
      `${both.file} holds a run that ${before.find(({ run }) => run === both.run)!.file} holds too: a run compared with itself says nothing. Name the results of two measurements.`,
    );
  }
  return { design: 'separate', baseline: before, candidate: after };
}

/** @throws SpecError when the file is not one of a series, or has only one side */
export function seriesSides(rows: readonly ResultRow[]): Sides {
  const { file } = rows[0]!;
  if (rows.some(({ place }) => place === null)) {
    throw new SpecError(
      `${file} is one side only: name a second file to compare it with, or one that \`casemark bench --ab\` has written.`,
    );
  }
  const of = (side: Side): ResultRow[] => rows.filter(({ place }) => place!.side === side);
  for (const side of ['baseline', 'candidate'] as const) {
    if (of(side).length > 0) continue;
    throw new SpecError(
      `${file} has no run of the ${side}: the series was ended before it. Measure again.`,
    );
  }
  return {
    design: 'interleaved',
    baseline: oneSide('baseline', [of('baseline')]),
    candidate: oneSide('candidate', [of('candidate')]),
  };
}

export function describeSide(rows: readonly ResultRow[]): ComparedSide {
  const all = (of: (row: ResultRow) => string): string[] =>
    [...new Set(rows.map(of))].filter((each) => each !== '');
  return {
    files: all(({ file }) => file),
    implementation: rows[0]!.implName,
    versions: all(({ implVersion }) => implVersion),
    gitShas: all(({ gitSha }) => gitSha),
    runs: all(({ run }) => run).length,
  };
}

function oneSide(side: Side, files: readonly (readonly ResultRow[])[]): readonly ResultRow[] {
  const fileOfRun = new Map<string, number>();
  const implementations = new Set<string>();
  files.forEach((rows, index) => {
    for (const { run, file, implName } of rows) {
      implementations.add(implName);
      const other = fileOfRun.get(run) ?? index;
      fileOfRun.set(run, other);
      if (other === index) continue;
      throw new SpecError(
        `${file} and ${files[other]![0]!.file} hold the same run: counted twice, it would look like evidence. Name each run once.`,
      );
    }
  });
  if (implementations.size > 1) {
    throw new SpecError(
      `The ${side} holds runs of several implementations (${[...implementations].join(', ')}): name the files of one on each side, or more than two files for a leaderboard.`,
    );
  }
  return files.flat();
}
