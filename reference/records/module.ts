import type { Service } from '../kit/service.ts';
import { openRecords } from './recordsService.ts';

/** The health records in the caller's process, in test mode: the clock stands at clockMs until setClock moves it. */
export default async function create(options: {
  dataDir: string;
  clockMs: number;
  worldUrl: string;
}): Promise<Service> {
  const { dataDir, clockMs, worldUrl } = options;
  const testMode = 'on';
  const { service } = await openRecords({
    dataDir,
    clockMs,
    worldUrl,
    testMode,
    durability: 'D1',
  });
  return service;
}
