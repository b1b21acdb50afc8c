/** What casemark.json of a solution says, as far as a marking believes it. */
import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { SpecError } from '../../contract/specError.ts';
import type { Implementation } from '../../target/implementation.ts';
import { implementationOf, readManifest } from '../../target/manifest.ts';

/**
 * Only a command by stdio, for that is what is confined: a module, a URL, variants and environment of the manifest would reach
 * processes outside. Its environment is set inside, by env(1), before the command.
 * @param dir the copy that is run
 * @param shown what the user calls it
 * @throws SpecError saying what is missing
 */
export function usableManifest(dir: string, shown: string, caseStudy: CaseStudy): Implementation {
  const file = join(dir, 'casemark.json');
  if (!existsSync(file) || !lstatSync(file).isFile()) {
    throw new SpecError(
      `${shown} has no casemark.json, so nobody knows how to start it: it came with the exercise, put it back.`,
    );
  }
  try {
    return insideOnly(implementationOf(readManifest(file), caseStudy, 'stdio'));
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new SpecError(error.message.replaceAll(dir, shown));
  }
}

function insideOnly(implementation: Implementation): Implementation {
  const { name, version, language, source, dir, start, readyPath, readyTimeoutMs } = implementation;
  const command = start.kind === 'command' ? start.command : [];
  const settings = Object.entries(implementation.env).map(([key, value]) => `${key}=${value}`);
  return {
    name,
    version,
    language,
    source,
    dir,
    binding: 'stdio',
    start: {
      kind: 'command',
      command: settings.length === 0 ? command : ['env', ...settings, ...command],
    },
    readyPath,
    readyTimeoutMs,
    env: {},
    capabilities: implementation.capabilities,
    knownFailures: [],
    variants: {},
  };
}
