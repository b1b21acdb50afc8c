import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fillPlaceholders, valueAt } from '../../../run/placeholders.ts';
import type { Values } from '../../../run/placeholders.ts';
import { sessionIds } from '../../../run/sessionIds.ts';
import { smoke } from '../../../run/smoke.ts';
import type { JsonObject, Target } from '../../../target/target.ts';
import type { Check } from '../../check.ts';
import { DEFECTS } from './defects.ts';
import { chooseFreedoms, DEFAULT_FREEDOMS } from './freedoms.ts';
import type { Freedoms } from './freedoms.ts';
import { records, runCheckOn } from './judgeRecords.ts';

interface Step {
  readonly operation: string;
  readonly input: JsonObject;
  readonly refused?: string;
  readonly expect?: JsonObject;
  readonly save?: Readonly<Record<string, string>>;
}

interface Example {
  readonly title: string;
  readonly steps: readonly Step[];
}

const file = new URL('../../../../spec/records/examples.json', import.meta.url);
const { examples } = JSON.parse(readFileSync(file, 'utf8')) as { examples: Example[] };

const systems: Freedoms[] = [DEFAULT_FREEDOMS, chooseFreedoms(() => 1)].map((freedoms) => ({
  ...freedoms,
  // What examples show is one way of several.
  ...{ load: 'takes all', changedUser: 'goes on', oddScopes: 'left out' },
  ...{ dataKeys: 'one', missingToken: 'NOT_AUTHENTICATED', takenPatient: 'ACCESS_DENIED' },
}));

async function on(freedoms: Freedoms, talk: (target: Target) => Promise<void>): Promise<void> {
  const check: Check = {
    ...{ id: 'a conversation', isolation: 'exclusive' },
    async run({ target, world }) {
      await talk(target);
      expect(await world?.complaints()).toEqual([]);
    },
  };
  await runCheckOn(check, { freedoms });
}

async function play(target: Target, { steps }: Example): Promise<void> {
  const values: Values = {
    id: sessionIds('example'),
    saved: new Map(),
    clockMs: target.startClockMs,
  };
  for (const [index, step] of steps.entries()) {
    const answer = await target.call(step.operation, fillPlaceholders(step.input, values));
    const what = `step ${index}, ${step.operation}: ${JSON.stringify(answer)}`;
    if (step.refused !== undefined) {
      expect(answer.kind === 'refused' && answer.problem.code, what).toBe(step.refused);
      continue;
    }
    if (answer.kind !== 'ok') throw new Error(what);
    expect(answer.output, what).toMatchObject(fillPlaceholders(step.expect ?? {}, values));
    for (const [name, pointer] of Object.entries(step.save ?? {})) {
      const value = valueAt(answer.output, pointer);
      if (value !== undefined && value !== null) values.saved.set(name, value);
    }
  }
}

test.each(systems)('every operation answers', async (freedoms) => {
  await on(freedoms, async (target) => {
    const lines = await smoke(records, target);
    expect(lines.filter(({ outcome }) => outcome !== 'wired')).toEqual([]);
  });
});

test.each(systems)('the examples of the contract are played', async (freedoms) => {
  for (const example of examples) await on(freedoms, (target) => play(target, example));
});

test('each defect is built in', () => {
  const folder = new URL('.', import.meta.url);
  const tables = new Set(['accessDefects.ts', 'logDefects.ts', 'keyDefects.ts']);
  const code = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !tables.has(name))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  expect(Object.keys(DEFECTS).filter((name) => !code.includes(name))).toEqual([]);
});
