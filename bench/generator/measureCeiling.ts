/** The generator's engine, autocannon and wrk against the same server, in rounds of turns. */
import { availableParallelism } from 'node:os';
import { startCannedServer } from './cannedServer.ts';
import { nodeContender, wrkContender } from './contenders.ts';
import type { Contender } from './contenders.ts';
import { isInstalled } from './isInstalled.ts';
import type { CeilingRow } from './judgeCeiling.ts';

export interface CeilingBench {
  /** What is left out, in sentences that say what to do. */
  readonly notes: readonly string[];
  measure(plan: CeilingPlan): Promise<CeilingRow[]>;
  close(): Promise<void>;
}

export interface CeilingPlan {
  readonly attempt: number;
  readonly connections: readonly number[];
  readonly rounds: number;
  readonly seconds: number;
}

export const NEEDS_CC =
  'The server to measure against is compiled with cc: apt-get install -y gcc libc6-dev';

/** Few, where each reply is waited for, and many, where there is always one. */
export const CONNECTIONS: readonly number[] = [10, 50];
const SERVER_CORE = 0;
const GENERATOR_CORE = 1;

/**
 * @param warmupSessions of a second: one is not enough, V8 optimises again when it sees more
 * @throws what cc says
 */
export async function openCeilingBench(warmupSessions: number): Promise<CeilingBench> {
  const notes: string[] = [];
  const hasWrk = isInstalled('wrk');
  if (!hasWrk) notes.push('wrk is not installed, so it is left out: apt-get install -y wrk');
  const canPin = availableParallelism() > 1 && isInstalled('taskset');
  if (!canPin) notes.push('without a second core and taskset nothing is kept on a core of its own');
  const core = canPin ? GENERATOR_CORE : undefined;
  const server = await startCannedServer(canPin ? SERVER_CORE : undefined);
  const contenders: Contender[] = [];
  const close = async (): Promise<void> => {
    contenders.forEach((contender) => contender.close());
    await server.close();
  };
  try {
    contenders.push(await nodeContender('lanes', server.port, core));
    contenders.push(await nodeContender('autocannon', server.port, core));
    if (hasWrk) contenders.push(wrkContender(server.port, core));
    await warmUp(contenders, warmupSessions);
  } catch (error) {
    await close();
    throw error;
  }
  return { notes, close, measure: (plan) => measure(contenders, plan) };
}

async function warmUp(contenders: readonly Contender[], sessions: number): Promise<void> {
  for (let session = 0; session < sessions; session += 1) {
    const connections = CONNECTIONS[session % CONNECTIONS.length]!;
    for (const contender of contenders) {
      if (contender.name !== 'wrk') await contender.run({ connections, seconds: 1 });
    }
  }
}

/** Each round begins with another contender, so that a drift of the machine favours none. */
async function measure(contenders: readonly Contender[], plan: CeilingPlan): Promise<CeilingRow[]> {
  const { attempt, rounds, seconds } = plan;
  const rows: CeilingRow[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const connections of plan.connections) {
      for (let order = 0; order < contenders.length; order += 1) {
        const contender = contenders[(round + order) % contenders.length]!;
        const result = await contender.run({ connections, seconds });
        rows.push({ attempt, round, order, connections, contender: contender.name, ...result });
      }
    }
  }
  return rows;
}
