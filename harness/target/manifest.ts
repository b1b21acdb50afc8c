/** casemark.json: how an implementation is started, and what it declares about itself. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { displayPath, readDataFile } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';
import type { Implementation, KnownFailure } from './implementation.ts';
import type { Binding } from './target.ts';

export interface ManifestCase {
  command?: string[];
  url?: string;
  module?: string;
  binding?: 'http' | 'stdio';
  ready?: { path?: string; timeoutMs?: number };
  env?: Record<string, string>;
  capabilities: string[];
  knownFailures?: KnownFailure[];
  variants?: Record<string, { args?: string[]; env?: Record<string, string> }>;
  mutants?: string;
  inProcess?: { command: string[] };
}

export interface Manifest {
  name: string;
  version: string;
  language: string;
  cases: Record<string, ManifestCase>;
}

/** Long enough for a virtual machine that starts cold, short enough to notice a hang. */
const DEFAULT_READY_TIMEOUT_MS = 10_000;

/**
 * @param place a folder with a casemark.json, or the file itself
 * @throws SpecError naming the file, the JSON path and what to do
 */
export function readManifest(place: string): { manifest: Manifest; file: string } {
  const given = resolve(place);
  if (!existsSync(given)) {
    throw new SpecError(
      `${place} does not exist: --impl names a folder with a casemark.json, or that file.`,
    );
  }
  const file = statSync(given).isDirectory() ? join(given, 'casemark.json') : given;
  const advice = 'an implementation is described by its manifest, see the README.';
  return { manifest: readDataFile<Manifest>(file, 'manifest', advice), file };
}

/**
 * What the manifest says of one case study, with every path absolute.
 * @param wanted the binding asked for; default: what the manifest offers, http before stdio before module
 * @throws SpecError when it does not implement the case study, or not by this binding
 */
export function implementationOf(
  { manifest, file }: { manifest: Manifest; file: string },
  caseStudy: CaseStudy,
  wanted?: Binding,
): Implementation {
  const shown = displayPath(file);
  const row = manifest.cases[caseStudy.id];
  if (!row) {
    const others = Object.keys(manifest.cases).join(', ');
    throw new SpecError(
      `${shown} has no entry for "${caseStudy.id}" in cases: it implements ${others}.`,
    );
  }
  const dir = dirname(file);
  const binding = chooseBinding(row, shown, caseStudy.id, wanted);
  refuseUnknownNames(row, shown, caseStudy);
  return {
    name: manifest.name,
    version: manifest.version,
    language: manifest.language,
    source: shown,
    dir,
    binding,
    start: chooseStart(row, dir, binding),
    readyPath: row.ready?.path ?? '/health',
    readyTimeoutMs: row.ready?.timeoutMs ?? DEFAULT_READY_TIMEOUT_MS,
    env: row.env ?? {},
    capabilities: new Set(row.capabilities),
    knownFailures: row.knownFailures ?? [],
    variants: Object.fromEntries(
      Object.entries(row.variants ?? {}).map(([name, { args = [], env = {} }]) => [
        name,
        { args, env },
      ]),
    ),
    ...(row.mutants !== undefined && { mutantsFile: resolve(dir, row.mutants) }),
    ...(row.inProcess && { inProcessCommand: row.inProcess.command }),
  };
}

function chooseBinding(row: ManifestCase, shown: string, id: string, wanted?: Binding): Binding {
  const offered: Binding[] = [];
  if (row.command) offered.push(row.binding ?? 'http');
  else if (row.url !== undefined) offered.push('http');
  if (row.module !== undefined) offered.push('module');
  const binding = wanted ?? offered[0];
  if (binding && offered.includes(binding)) return binding;
  throw new SpecError(
    `${shown} offers "${id}" by ${offered.join(' and ') || 'nothing'}, not by ${wanted}: ` +
      `give its entry ${wanted === 'module' ? 'a "module"' : `a "command" with "binding": "${wanted}"`}.`,
  );
}

function chooseStart(row: ManifestCase, dir: string, binding: Binding): Implementation['start'] {
  if (binding === 'module') return { kind: 'module', file: resolve(dir, row.module!) };
  if (row.command) return { kind: 'command', command: row.command };
  return { kind: 'url', url: row.url! };
}

function refuseUnknownNames(row: ManifestCase, shown: string, caseStudy: CaseStudy): void {
  const at = `${shown} /cases/${caseStudy.id}`;
  const capabilities = caseStudy.capabilities.map(({ id }) => id);
  for (const name of row.capabilities) {
    if (capabilities.includes(name)) continue;
    throw new SpecError(
      `${at}/capabilities names "${name}", which ${caseStudy.id} does not know: it knows ` +
        `${capabilities.join(', ') || 'none'}.`,
    );
  }
  const clauses = new Set(
    caseStudy.requirements.flatMap(({ id, clauses }) => clauses.map(({ key }) => `${id}.${key}`)),
  );
  for (const { clause } of row.knownFailures ?? []) {
    if (clauses.has(clause)) continue;
    throw new SpecError(
      `${at}/knownFailures names the clause "${clause}", which spec/${caseStudy.id}/requirements.json ` +
        `does not have: write a requirement and its clause's key, as in "${[...clauses][0]}".`,
    );
  }
}
