/** `casemark exercise new`: a folder that a candidate can open and run at once. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { displayPath } from '../../contract/readDataFile.ts';
import { exerciseOf } from '../../exercise/levels.ts';
import { LANGUAGE_IDS, languageOf } from '../../exercise/pack/languages.ts';
import { newPack } from '../../exercise/pack/newPack.ts';
import { EXIT } from '../../report/exitCode.ts';
import { integer, rootOption } from '../options.ts';
import { shellWord } from '../replayCommand.ts';

interface NewCliOptions {
  lang: string;
  level: number;
  dir: string;
  root: string[];
}

export function addNewVerb(exercise: Command, end: (code: number) => void): void {
  exercise
    .command('new <case>')
    .description('a folder with the brief, the contract and a starter')
    .addOption(
      new Option('--lang <language>', 'of the starter').choices(LANGUAGE_IDS).makeOptionMandatory(),
    )
    .option('--level <n>', 'how far it goes: it asks all levels up to this one', integer, 1)
    .requiredOption('--dir <dir>', 'where it is written: a folder that is new or empty')
    .addOption(rootOption())
    .action((caseId: string, options: NewCliOptions) => end(runNewVerb(caseId, options)));
}

function runNewVerb(caseId: string, { lang, level, dir, root }: NewCliOptions): number {
  const caseStudy = loadCaseStudy(caseId, root);
  const folder = displayPath(newPack({ caseStudy, level, language: lang, dir }));
  const { own, visible } = exerciseOf(caseStudy, level);
  const { needs, startsIn } = languageOf(lang);
  console.log(`${caseStudy.title}, level ${level}: ${own.title}. About ${own.minutes} minutes.`);
  console.log(
    `Written to ${folder}. Read README.md there and begin in ${startsIn}; it needs ${needs}.`,
  );
  console.log(
    `Try it: npx casemark exercise try ${shellWord(folder)} (${visible.length} checks; the first is ${visible[0]})`,
  );
  return EXIT.ok;
}
