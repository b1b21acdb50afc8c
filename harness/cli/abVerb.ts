/** `casemark bench --ab`: a series of interleaved runs of two implementations, and what it shows. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LEAST_PAIRS } from '../compare/judgeChanges.ts';
import { describePlace, makeSeries } from '../compare/makeSeries.ts';
import type { SeriesPlace, Side } from '../compare/resultRow.ts';
import { runFolder } from '../compare/seriesPlace.ts';
import { displayPath } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';
import { EXIT } from '../report/exitCode.ts';
import type { Report } from '../report/report.ts';
import { writeReports } from '../report/writeReports.ts';
import { openImplementation } from '../target/openImplementation.ts';
import type { Opened } from '../target/openImplementation.ts';
import { tellComparison } from './compareVerb.ts';
import type { RunCliOptions } from './options.ts';
import { recordRun } from './performRun.ts';

export interface AbCliOptions extends RunCliOptions {
  /** Baseline, candidate; a third one is the case, where it stands behind them. */
  ab: string[];
  pairs: number;
}

export const DEFAULT_PAIRS = 8;
/** Of the profile `quick` these take half a day. */
const MAX_PAIRS = 500;

/**
 * @returns the exit code
 * @throws SpecError saying what to give instead
 */
export async function runAbVerb(
  caseName: string | undefined,
  options: AbCliOptions,
): Promise<number> {
  const { caseId, baseline, candidate } = namesOf(caseName, options);
  const out = folderOf(options);
  const opened: Opened[] = [];
  try {
    const open = async (impl: string): Promise<Opened> => {
      const one = await openImplementation(caseId, { ...options, impl });
      opened.push(one);
      return one;
    };
    const sides = { baseline: await open(baseline), candidate: await open(candidate) };
    return await compareSides(sides, options, out);
  } finally {
    for (const one of opened) await one.close();
  }
}

async function compareSides(
  sides: Readonly<Record<Side, Opened>>,
  options: AbCliOptions,
  out: string,
): Promise<number> {
  const measure = async (place: SeriesPlace): Promise<Report> => {
    console.error(`${describePlace(place)} of ${options.pairs}`);
    const dir = join(out, runFolder(place));
    const report = await recordRun('bench', ['bench'], sides[place.side], {
      ...options,
      out: dir,
    });
    writeReports(report, dir);
    return report;
  };
  const result = await makeSeries({
    pairs: options.pairs,
    file: join(out, 'measurements.csv'),
    measure,
    tell: (sentence) => console.error(sentence),
  });
  if (result.kind === 'compared') return tellComparison(result.comparison, out);
  console.error(
    `The series ended early: ${result.why}. What was measured is in ${displayPath(out)}.`,
  );
  const exitCode = result.comparison === null ? EXIT.ok : tellComparison(result.comparison, out);
  return exitCode === EXIT.ok ? EXIT.invalidMeasurement : exitCode;
}

function namesOf(
  caseName: string | undefined,
  { ab, impl, url, pairs }: AbCliOptions,
): { caseId: string; baseline: string; candidate: string } {
  const [baseline, candidate, last] = ab;
  const caseId = caseName ?? last;
  const isWhole = ab.length === (caseName === undefined ? 3 : 2);
  if (!isWhole || caseId === undefined || baseline === undefined || candidate === undefined) {
    throw new SpecError(
      'Name the case study and two implementations: casemark bench CASE --ab BASELINE CANDIDATE.',
    );
  }
  if (impl !== undefined || url !== undefined) {
    throw new SpecError('--ab names both implementations itself: leave --impl and --url out.');
  }
  if (pairs < LEAST_PAIRS || pairs > MAX_PAIRS) {
    throw new SpecError(
      `--pairs ${pairs}: fewer than ${LEAST_PAIRS} pairs show nothing; ask for ${LEAST_PAIRS} to ${MAX_PAIRS}, ${DEFAULT_PAIRS} are usual.`,
    );
  }
  return { caseId, baseline, candidate };
}

/** @throws SpecError where another series stands already: its runs must not be taken for this one's */
function folderOf({ out }: AbCliOptions): string {
  if (out === undefined) {
    throw new SpecError('Name a folder for the runs and their comparison: --out DIR.');
  }
  if (existsSync(join(out, 'measurements.csv'))) {
    throw new SpecError(
      `${displayPath(out)} holds measurements already: name another folder, or compare them with \`casemark compare\`.`,
    );
  }
  mkdirSync(out, { recursive: true });
  return out;
}
