/** From the options to a case study and the implementation to judge. */
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { SpecError } from '../contract/specError.ts';
import type { Implementation } from '../target/implementation.ts';
import { implementationOf, readManifest } from '../target/manifest.ts';
import { implementationAtUrl } from '../target/openUrl.ts';
import { targetFactory } from '../target/targetFactory.ts';
import type { TargetFactory } from '../target/targetFactory.ts';
import type { RunCliOptions, TargetOptions } from './options.ts';

export interface Opened {
  readonly caseStudy: CaseStudy;
  readonly factory: TargetFactory;
}

/** @throws SpecError saying which option to give */
export async function openImplementation(caseId: string, options: TargetOptions): Promise<Opened> {
  const caseStudy = loadCaseStudy(caseId, options.root);
  const implementation = await chooseImplementation(caseStudy, options);
  const factory = targetFactory(caseStudy, implementation, {
    patience: options.patience,
    ...(options.launchWith && { launchWith: options.launchWith }),
  });
  return { caseStudy, factory };
}

async function chooseImplementation(
  caseStudy: CaseStudy,
  options: TargetOptions,
): Promise<Implementation> {
  const { impl, url, manifest, binding } = options;
  if (impl !== undefined && url !== undefined) {
    throw new SpecError(
      '--impl and --url exclude each other: one starts the implementation, the other finds it running.',
    );
  }
  if (impl !== undefined) return implementationOf(readManifest(impl), caseStudy, binding);
  if (url === undefined) {
    throw new SpecError(
      'Name what is to be judged: --impl DIR (a folder with a casemark.json) or --url URL.',
    );
  }
  const atUrl = await implementationAtUrl(caseStudy, url);
  if (manifest === undefined) return atUrl;
  const declared = implementationOf(readManifest(manifest), caseStudy, 'http');
  return { ...declared, source: atUrl.source, start: atUrl.start };
}

/** The command that replays one clause, with everything that made this run what it was. */
export function replayCommand(caseId: string, options: RunCliOptions, clause: string): string {
  const word = (text: string): string => (/^[\w./:@=-]+$/.test(text) ? text : JSON.stringify(text));
  const given: [string, string | number | undefined][] = [
    ...options.root.map((dir): [string, string] => ['--root', dir]),
    ['--impl', options.impl],
    ['--url', options.url],
    ['--manifest', options.manifest],
    ['--binding', options.binding],
    ['--launch-with', options.launchWith?.join(' ')],
    ['--only', clause],
    ['--seed', options.seed],
    ['--effort', options.effort === 1 ? undefined : options.effort],
    ['--patience', options.patience === 1 ? undefined : options.patience],
  ];
  const words = given.flatMap(([name, value]) =>
    value === undefined ? [] : [name, word(String(value))],
  );
  return ['npx casemark check', caseId, ...words].join(' ');
}
