/** The golden conversations of every case study, held against its reference. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillPlaceholders, valueAt } from '../../harness/run/placeholders.ts';
import { sessionIds } from '../../harness/run/sessionIds.ts';
import { openImplementation } from '../../harness/target/openImplementation.ts';
import type { JsonObject, Target } from '../../harness/target/target.ts';

interface Step {
  operation: string;
  input: JsonObject;
  save?: Record<string, string>;
  expect?: JsonObject;
  refused?: string;
}

const root = join(import.meta.dirname, '../..');
const cases = readdirSync(join(root, 'spec')).filter(
  (name) =>
    existsSync(join(root, 'spec', name, 'examples.json')) &&
    existsSync(join(root, 'reference', name, 'casemark.json')),
);

describe.each(cases)('the examples of %s', (caseId) => {
  const file = join(root, 'spec', caseId, 'examples.json');
  const { examples } = JSON.parse(readFileSync(file, 'utf8')) as {
    examples: { title: string; steps: Step[] }[];
  };
  let target: Target;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const opened = await openImplementation(caseId, {
      impl: join(root, 'reference', caseId),
      binding: 'module',
    });
    close = () => opened.close();
    target = await opened.factory.launch();
  });
  afterAll(async () => {
    await target.close();
    await close();
  });

  test.each(examples.map((example, index) => ({ ...example, index })))(
    '$title',
    async ({ steps, index }) => {
      const values = {
        id: sessionIds(`example${index}`),
        saved: new Map(),
        clockMs: target.startClockMs,
      };
      for (const step of steps) {
        const answer = await target.call(step.operation, fillPlaceholders(step.input, values));
        if (step.refused !== undefined) {
          expect(answer).toMatchObject({ kind: 'refused', problem: { code: step.refused } });
          continue;
        }
        const expected = step.expect ? { output: fillPlaceholders(step.expect, values) } : {};
        expect(answer).toMatchObject({ kind: 'ok', ...expected });
        if (answer.kind !== 'ok') continue;
        for (const [name, pointer] of Object.entries(step.save ?? {})) {
          values.saved.set(name, valueAt(answer.output, pointer));
        }
      }
    },
  );
});
