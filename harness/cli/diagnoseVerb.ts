/** `casemark diagnose`: why is it slow? Clinic Doctor looks at a Node implementation under the case's workload. */
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import { displayPath } from '../contract/readDataFile.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import { EXIT } from '../report/exitCode.ts';
import { implementationOf, readManifest } from '../target/manifest.ts';
import { LaunchError } from '../target/startImplementation.ts';
import { effort, rootOption } from './options.ts';

export interface DiagnoseCliOptions {
  impl: string;
  profile: string;
  seconds: number;
  out: string;
  patience: number;
  root: string[];
}

/** Doctor takes a sample every 10 ms and leaves out the beginning: a thousand are enough for its tests. */
const DEFAULT_LOAD_S = 10;
/** Its trace grows with every garbage collection, and the analysis reads the whole of it. */
const MAX_LOAD_S = 120;

export function addDiagnoseOptions(command: Command): Command {
  return command
    .requiredOption(
      '--impl <dir>',
      'the implementation: a folder with a casemark.json, or that file',
    )
    .option('--profile <name>', 'load profile whose connections are used', 'quick')
    .option(
      '--seconds <n>',
      `how long it is under load, up to ${MAX_LOAD_S}`,
      seconds,
      DEFAULT_LOAD_S,
    )
    .option('--out <dir>', 'where the page is written', 'diagnosis')
    .option('--patience <times>', 'wait so many times longer (10x)', effort, 1)
    .addOption(rootOption());
}

/** @returns the exit code */
export async function runDiagnoseVerb(
  caseId: string,
  { impl, profile, seconds: durationS, out, patience, root }: DiagnoseCliOptions,
): Promise<number> {
  const caseStudy = loadCaseStudy(caseId, root);
  const implementation = implementationOf(readManifest(impl), caseStudy);
  try {
    const { htmlFile } = await diagnose({
      caseStudy,
      implementation,
      profile,
      durationS,
      outDir: out,
      patience,
      onProgress: (sentence) => console.error(sentence),
    });
    console.log(`written to ${displayPath(htmlFile)}: open it in a browser`);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    console.error(`casemark: ${error.message}`);
    return EXIT.couldNotRun;
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1 && value <= MAX_LOAD_S) return value;
  throw new InvalidArgumentError(`Write a whole number from 1 to ${MAX_LOAD_S}.`);
}
