import { expect, test } from 'vitest';
import { tasksThatFail } from '../micro/brokenEngine.ts';
import { bytesPerTick } from './micro/snapshotTasks.ts';

test('the check of what a client is sent sees a change that is not told', () => {
  const task = 'a tick in which 100 players walk, to one client: reference, JSON';
  const defect = {
    file: 'game/stateReplicator/playerRecord.ts',
    search: '  if (now.y !== base.y) text += `,"y":${now.y}`;',
    replace: '',
  };
  const failed = tasksThatFail('game', defect, task);
  expect(failed.filter((sentence) => sentence.startsWith(`${task}: `))).toHaveLength(1);
});

test('both are sent what has changed, the binary one less', () => {
  const { reference, colyseus } = bytesPerTick(20);
  expect(colyseus).toBeGreaterThan(500);
  expect(colyseus).toBeLessThan(reference);
  // Of everybody both places, as JSON.
  expect(reference).toBeLessThan(100 * 60);
});
