/** What every case study's data must keep, whatever the case. */
import { readdirSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { messageTypes } from '../../harness/contract/messageTypes.ts';
import { CAMPAIGN_SCENARIO } from '../../harness/fault/campaignRows.ts';
import { IN_PROCESS_SCENARIO } from '../../harness/load/rows.ts';

interface Clause {
  key: string;
  check?: string;
  by?: string;
  excluded?: string;
  hits?: Record<string, number>;
}
interface Requirement {
  id: string;
  level: string;
  components: string[];
  patterns: string[];
  clauses: Clause[];
}

interface Load {
  profiles: Record<string, { scenarios: { scenario: string; phases?: { name: string }[] }[] }>;
}

const specDir = join(import.meta.dirname, '../../spec');
const cases = readdirSync(specDir).filter((name) => existsSync(join(specDir, name, 'case.json')));

function read<T>(caseId: string, file: string): T {
  return JSON.parse(readFileSync(join(specDir, caseId, file), 'utf8')) as T;
}

/** Frozen in bench/<case>/excluded.json: a clause leaves the list only by getting a check or a campaign, and none joins it unnoticed. */
function frozenExcluded(caseId: string): string[] {
  const file = join(specDir, '../bench', caseId, 'excluded.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : [];
}

describe.each(cases)('the case study %s', (caseId) => {
  const { requirements } = read<{ requirements: Requirement[] }>(caseId, 'requirements.json');
  const clauses = requirements.flatMap((requirement) =>
    requirement.clauses.map((clause) => ({ ref: `${requirement.id}.${clause.key}`, ...clause })),
  );
  const contract = read<{
    components: { id: string }[];
    patterns: string[];
    operations: { id: string; request: string; response: string; errors: string[] }[];
    streams: { id: string; request: string; message: string; send?: string; errors: string[] }[];
    smoke: { operation?: string; stream?: string }[];
  }>(caseId, 'case.json');

  test('gives every requirement and every clause an id of its own', () => {
    const ids = requirements.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const refs = clauses.map(({ ref }) => ref);
    expect(new Set(refs).size).toBe(refs.length);
  });

  test('names each check in exactly one clause, with a minimum of hits', () => {
    const checked = clauses.filter(({ check }) => check !== undefined);
    expect(new Set(checked.map(({ check }) => check)).size).toBe(checked.length);
    expect(checked.filter(({ hits }) => Object.keys(hits ?? {}).length === 0)).toEqual([]);
  });

  test('excludes exactly the clauses of the frozen list', () => {
    const excluded = clauses.filter(({ excluded }) => excluded !== undefined).map(({ ref }) => ref);
    expect(excluded.sort()).toEqual(frozenExcluded(caseId).sort());
  });

  test('maps each component and each pattern of the published design to a requirement', () => {
    const components = new Set(requirements.flatMap((requirement) => requirement.components));
    expect([...components].sort()).toEqual(contract.components.map(({ id }) => id).sort());
    const patterns = new Set(requirements.flatMap((requirement) => requirement.patterns));
    expect([...patterns].sort()).toEqual([...contract.patterns].sort());
  });

  test('has a message for every operation and stream, an error for every code, a smoke step for each', () => {
    const { $defs } = read<{ $defs: Record<string, unknown> }>(caseId, 'messages.schema.json');
    const { errors } = read<{ errors: { code: string }[] }>(caseId, 'errors.json');
    const messages = [
      ...contract.operations.flatMap(({ request, response }) => [request, response]),
      ...contract.streams.flatMap(({ request, message, send = message }) => [
        request,
        message,
        send,
      ]),
    ];
    expect(messages.filter((name) => $defs[name] === undefined)).toEqual([]);
    const codes = [...contract.operations, ...contract.streams].flatMap((each) => each.errors);
    expect(codes.filter((code) => !errors.some((error) => error.code === code))).toEqual([]);
    const smoked = contract.smoke.map((step) => step.operation ?? step.stream);
    const offered = [...contract.operations, ...contract.streams].map(({ id }) => id);
    expect([...new Set(smoked)].sort()).toEqual(offered.sort());
  });

  test('has a load, a stage or a campaign for every target', () => {
    const { targets } = read<{ targets: { id: string; profile: string; operation: string }[] }>(
      caseId,
      'targets.json',
    );
    const load = read<Load>(caseId, `../../bench/${caseId}/workload.json`);
    const scenarios = Object.values(load.profiles).flatMap((profile) => profile.scenarios);
    const measured = new Set([
      ...[CAMPAIGN_SCENARIO, IN_PROCESS_SCENARIO],
      ...scenarios.flatMap(({ scenario, phases = [] }) => [
        scenario,
        ...phases.map(({ name }) => `${scenario}/${name}`),
      ]),
    ]);
    expect(targets.filter(({ profile }) => !measured.has(profile))).toEqual([]);
  });

  test('has the message types that its schema gives', async () => {
    const caseDir = join(specDir, caseId);
    const committed = readFileSync(join(caseDir, 'messages.d.ts'), 'utf8');
    expect(committed, 'run `npm run types` and commit the result').toBe(
      await messageTypes(caseDir),
    );
  });
});
