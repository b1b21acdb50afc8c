import { expect, test } from 'vitest';
import { seededRandom } from '../load/seededRandom.ts';
import { explainIllegal, prefixUntil } from './explainIllegal.ts';
import type { Json } from '../target/target.ts';
import type { HistoryOperation } from './history.ts';
import { checkLinearizability } from './linearizability.ts';
import type { Model } from './model.ts';
import { registerModel } from './models/register.ts';
import { generatedHistory } from './testing/generatedHistory.ts';
import { done, indeterminate } from './testing/operations.ts';
import { registerObject } from './testing/runnableObjects.ts';

const model = registerModel(0);
const write = (value: number, interval: [number, number]): HistoryOperation =>
  done('write', { value }, {}, interval);
const read = (value: number, interval: [number, number]): HistoryOperation =>
  done('read', {}, { value }, interval);

test('the explanation is the shortest illegal beginning, the orders that get furthest, and why they end', () => {
  const explanation = explainIllegal(model, [
    write(1, [0, 1]),
    indeterminate('write', { value: 2 }, 2),
    read(3, [4, 7]),
    write(4, [6, 9]),
    write(5, [10, 11]),
  ])!;
  expect(explanation.minimality).toBe('shortest');
  expect(explanation.blocking).toMatchObject({ id: 4, output: { value: 3 } });
  expect(explanation.previous).toMatchObject({ id: 0 });
  expect(explanation.prefix.map(({ id, outcome }) => [id, outcome])).toEqual([
    [0, 'ok'],
    [2, 'info'],
    [4, 'ok'],
    [6, 'info'],
  ]);
  expect(explanation.infoConsidered).toEqual([2, 6]);
  expect(explanation.finalPaths).toContainEqual({
    placed: [0, 2],
    state: '2',
    refused: [{ id: 4, why: 'read 3, but the value is 2' }],
  });
  expect(explanation.finalPaths.map(({ state }) => state).sort()).toEqual(['1', '2', '4']);
});

test('the very first operation can be the illegal one', () => {
  const { finalPaths, previous } = explainIllegal(model, [read(7, [0, 1])])!;
  expect(previous).toBeUndefined();
  expect(finalPaths).toEqual([
    { placed: [], state: '0', refused: [{ id: 0, why: 'read 7, but the value is 0' }] },
  ]);
});

test('a reason quotes the very reply, also where the model sees no difference to another', () => {
  const quoting: Model<Json> = {
    ...model,
    step(state, call, output) {
      const step = model.step(state, call, output);
      return step.ok ? step : { ok: false, why: JSON.stringify(output) };
    },
  };
  const { finalPaths } = explainIllegal(quoting, [
    done('read', {}, { value: 0, seq: 1 }, [0, 1]),
    write(5, [2, 3]),
    done('read', {}, { value: 0, seq: 2 }, [4, 5]),
  ])!;
  expect(finalPaths[0]!.refused).toEqual([{ id: 4, why: '{"value":0,"seq":2}' }]);
});

test('what is legal, or cannot be decided within the budget, is not explained', () => {
  expect(explainIllegal(model, [read(0, [0, 1])])).toBeUndefined();
  expect(explainIllegal(model, [])).toBeUndefined();
  const writes = Array.from({ length: 12 }, (_, index) => write(index, [index, 100 + index]));
  const puzzle = [...writes, read(77, [300, 301])];
  expect(explainIllegal(model, puzzle, { maxEntries: 50 })).toBeUndefined();
  expect(explainIllegal(model, puzzle)).toMatchObject({ minimality: 'shortest' });
});

test('a shortest illegal beginning is illegal, and without its last return it is legal', () => {
  let explained = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const random = seededRandom(seed);
    const options = { partition: 'p', operations: 40, clients: 4, indeterminateShare: 0.1, random };
    const history = generatedHistory(registerObject, options).map((operation) => {
      const isWrong = operation.operation === 'read' && random() < 0.1;
      return isWrong && operation.outcome === 'ok'
        ? { ...operation, output: { value: 3 } }
        : operation;
    });
    const verdict = checkLinearizability(registerModel(), history);
    const explanation = explainIllegal(registerModel(), history);
    expect(explanation !== undefined).toBe(verdict.verdict === 'illegal');
    if (explanation === undefined) continue;
    explained++;
    const { prefix, blocking } = explanation;
    expect(checkLinearizability(registerModel(), prefix).verdict).toBe('illegal');
    const shorter = prefixUntil(history, blocking.returnEvent! - 1);
    expect(checkLinearizability(registerModel(), shorter).verdict).not.toBe('illegal');
  }
  expect(explained).toBeGreaterThan(15);
});
