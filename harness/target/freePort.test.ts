import { expect, test } from 'vitest';
import { freePort } from './freePort.ts';

test('no port is given away twice, though nobody listens on it yet', async () => {
  // Of 22 000 so many draws have two alike all but surely.
  const ports: number[] = [];
  for (let batch = 0; batch < 10; batch += 1) {
    ports.push(...(await Promise.all(Array.from({ length: 100 }, () => freePort()))));
  }
  expect(new Set(ports).size).toBe(ports.length);
});
