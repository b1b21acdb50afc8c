import { expect, test } from 'vitest';
import { tasksThatFail } from '../micro/brokenEngine.ts';

test.each<[task: string, file: string, search: string, replace: string]>([
  [
    'page, first level: reference',
    'cacheManager/pageCache.ts',
    'firstLevel.set(productId, entry);\n    secondLevel.set(',
    'secondLevel.set(',
  ],
  [
    'page, second level: reference',
    'cacheManager/pageCache.ts',
    'secondLevel.set(productId, JSON.stringify(entry));',
    '',
  ],
  [
    'page, missed by 100 at once: reference',
    'cacheManager/pageCache.ts',
    'if (underWay) return underWay;',
    '',
  ],
  [
    'shard of a key: reference',
    'inventorySystem/shards/ring.ts',
    'const POINTS_PER_SHARD = 512;',
    'const POINTS_PER_SHARD = 511;',
  ],
  [
    'ring of nine shards, made: reference',
    'inventorySystem/shards/ring.ts',
    'namedHashRing(names, POINTS_PER_SHARD)',
    'namedHashRing(names.map((name) => name + names.length), POINTS_PER_SHARD)',
  ],
  [
    'stock: reserve, then confirm or release',
    'inventorySystem/reservationMgr/transitions.ts',
    'const freeHeld: Move = ({ held }, quantity) => ({ held: held - quantity });',
    'const freeHeld: Move = ({ held }) => ({ held });',
  ],
  [
    'backend, pick and complete: reference',
    'loadBalancer/pool.ts',
    'return other.inFlight < one.inFlight ? other : one;',
    'return one;',
  ],
  [
    'fleet, cheapest of a few instances: reference',
    'autoScaler/costOptimizer.ts',
    'if (withOneMore >= costs[capacity]!) continue;',
    'if (costs[capacity]! < Infinity) continue;',
  ],
  [
    'fleet, cheapest of a thousand instances: reference',
    'autoScaler/costOptimizer.ts',
    '(best.units - 1) * largest',
    '0',
  ],
  [
    'fleet, forecast from two days by the minute',
    'autoScaler/predictor.ts',
    'loadAround(series, atMs + HORIZON_MS)',
    'loadAround(series, atMs)',
  ],
])('the check of "%s" sees a defect of its engine', (task, file, search, replace) => {
  const failed = tasksThatFail(
    'marketplace',
    { file: `marketplace/${file}`, search, replace },
    task,
  );
  expect(failed.filter((sentence) => sentence.startsWith(`${task}: `))).toHaveLength(1);
});
