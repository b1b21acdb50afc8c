/** Loads a case study by its id: every data file held to its meta-schema, every name that one file uses found in the other. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../target/target.ts';
import type {
  CaseStudy,
  ErrorRow,
  Message,
  Operation,
  Requirement,
  Stream,
  TargetRow,
  WorldOperation,
} from './caseStudy.ts';
import { compileMessages } from './compileMessages.ts';
import { findCaseStudy } from './findCaseStudies.ts';
import type { CaseStudyPlace } from './findCaseStudies.ts';
import { packageRoot } from './packageRoot.ts';
import { displayPath, readDataFile } from './readDataFile.ts';
import { SpecError } from './specError.ts';

const WORLD_MESSAGES = 'world.schema.json';

type Named<T> = Omit<T, 'request' | 'response' | 'message' | 'send'> & {
  request: string;
  response: string;
  message: string;
  send?: string;
};

type CaseFile = Pick<
  CaseStudy,
  'id' | 'title' | 'specVersion' | 'summary' | 'components' | 'patterns' | 'capabilities' | 'smoke'
> & {
  control?: { clock?: { operation: string; nowField: string } };
  world?: { operations: Named<WorldOperation>[] };
  operations: Named<Operation>[];
  streams: Named<Stream>[];
};

/** @throws SpecError naming the file, the place in it and what to do */
export function loadCaseStudy(id: string, extraRoots: readonly string[] = []): CaseStudy {
  const place = findCaseStudy(id, extraRoots);
  const read = <T>(name: string, schema: string): T =>
    readDataFile<T>(
      join(place.dir, name),
      schema,
      `every case study needs one, see spec/README.md.`,
    );
  const caseFile = read<CaseFile>('case.json', 'case');
  const messages = read<JsonObject>('messages.schema.json', 'messages');
  const errors = read<{ errors: ErrorRow[] }>('errors.json', 'errors').errors;
  const requirements = read<{ requirements: Requirement[] }>('requirements.json', 'requirements');
  const targets = read<{ targets: TargetRow[] }>('targets.json', 'targets').targets;
  if (caseFile.id !== id) {
    throw new SpecError(
      `${displayPath(join(place.dir, 'case.json'))} has the id "${caseFile.id}", but its folder is ` +
        `"${id}": make them the same.`,
    );
  }

  const message = compileMessages(messages, displayPath(join(place.dir, 'messages.schema.json')));
  const checksFile = findInChecks(place, 'index');
  const world = caseFile.world && loadWorld(place, caseFile.world.operations);
  return {
    id,
    title: caseFile.title,
    specVersion: caseFile.specVersion,
    summary: caseFile.summary,
    dir: place.dir,
    sha256: hashContract(place.dir),
    components: caseFile.components,
    patterns: caseFile.patterns,
    capabilities: caseFile.capabilities,
    ...(caseFile.control?.clock && { clock: caseFile.control.clock }),
    operations: byId(caseFile.operations.map((row) => compileOperation(row, message))),
    streams: byId(caseFile.streams.map((row) => compileStream(row, message))),
    ...(world && { world }),
    errors: new Map(errors.map((row) => [row.code, row])),
    requirements: requirements.requirements,
    targets,
    smoke: caseFile.smoke,
    messages,
    ...(checksFile && { checksFile }),
  };
}

function compileOperation(row: Named<Operation>, message: (name: string) => Message): Operation {
  return { ...row, request: message(row.request), response: message(row.response) };
}

function compileStream(row: Named<Stream>, message: (name: string) => Message): Stream {
  const { send, ...rest } = row;
  const sent = send === undefined ? {} : { send: message(send) };
  return { ...rest, request: message(row.request), message: message(row.message), ...sent };
}

function byId<T extends { id: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

function loadWorld(
  place: CaseStudyPlace,
  rows: readonly Named<WorldOperation>[],
): CaseStudy['world'] {
  const file = join(place.dir, WORLD_MESSAGES);
  const advice = 'a case study whose case.json has a "world" needs one, see spec/README.md.';
  const message = compileMessages(
    readDataFile<JsonObject>(file, 'messages', advice),
    displayPath(file),
  );
  const simulatorsFile = findInChecks(place, 'world');
  if (simulatorsFile === undefined) {
    throw new SpecError(
      `${place.id} has a world, but no harness/checks/${place.id}/world.ts that plays it.`,
    );
  }
  return {
    operations: byId(
      rows.map((row) => ({
        ...row,
        request: message(row.request),
        response: message(row.response),
      })),
    ),
    simulatorsFile,
  };
}

/** What judges a case stands beside the harness that runs it: in the root's own folders, in dist/ when that is what runs. */
function findInChecks(place: CaseStudyPlace, name: string): string | undefined {
  const own = place.root === packageRoot;
  const folder = own
    ? join(import.meta.dirname, '../checks', place.id)
    : join(place.root, 'harness/checks', place.id);
  return ['ts', 'js', 'mjs']
    .map((ending) => join(folder, `${name}.${ending}`))
    .find((file) => existsSync(file));
}

/** How the case is cut into exercises: nothing that an implementation is held to. */
const LEVELS_FILE = 'levels.json';

/** Over every data file of the folder, in the order of their names: a case may have files that no other has. */
function hashContract(dir: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(dir).filter((name) => name.endsWith('.json') && name !== LEVELS_FILE);
  for (const name of names.sort()) {
    const bytes = readFileSync(join(dir, name));
    hash.update(`${name} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}
