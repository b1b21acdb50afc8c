import type { Service } from '../kit/service.ts';
import { openTrading } from './tradingService.ts';

/** The venue in the caller's process, in test mode: the clock stands at clockMs until setClock moves it. */
export default async function create(options: {
  dataDir: string;
  clockMs: number;
}): Promise<Service> {
  const { dataDir, clockMs } = options;
  const { service } = await openTrading({
    dataDir,
    clockMs,
    testMode: 'on',
    durability: 'D1',
    shards: 0,
  });
  return service;
}
