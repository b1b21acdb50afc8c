import type { Service } from '../kit/service.ts';
import { openGame } from './gameService.ts';

/** The game in the caller's process, in test mode. */
export default async function create({ dataDir }: { dataDir: string }): Promise<Service> {
  return openGame({ dataDir, testMode: 'on', durability: 'D1' }).service;
}
