/** The thread in which a world plays, so that neither the run nor the world waits for the other. Run by openWorld.ts, never imported. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { compileMessages } from '../contract/compileMessages.ts';
import type { WorldOperation } from '../contract/caseStudy.ts';
import type { Json, JsonObject } from '../target/target.ts';
import { serveWorld } from './serveWorld.ts';
import type { CreateSimulators, Simulators } from './world.ts';
import { createWorldFrame } from './worldFrame.ts';
import type { FromWorldThread, ToWorldThread, WorldThreadData } from './worldMessages.ts';

try {
  await start(workerData as WorldThreadData);
} catch (error) {
  tell({ kind: 'failed', reason: (error as Error).message });
}

async function start(data: WorldThreadData): Promise<void> {
  const simulators = await loadSimulators(data.simulatorsFile);
  const frame = createWorldFrame(simulators);
  const served = await serveWorld(compileOperations(data), frame, data.port);

  const respond = (message: ToWorldThread): Json | Promise<Json> => {
    switch (message.kind) {
      case 'ask':
        return simulators.ask(message.question);
      case 'complaints':
        return frame.complaints.list();
      case 'close':
        return served.close().then(() => null);
    }
  };
  parentPort?.on('message', async (message: ToWorldThread) => {
    const { id } = message;
    try {
      tell({ kind: 'answer', id, answer: await respond(message) });
    } catch (error) {
      tell({ kind: 'refused', id, reason: (error as Error).message });
    }
  });
  tell({ kind: 'up', url: served.url });
}

async function loadSimulators(file: string): Promise<Simulators> {
  const loaded = (await import(pathToFileURL(file).href)) as {
    createSimulators?: CreateSimulators;
  };
  if (typeof loaded.createSimulators !== 'function') {
    throw new Error(`${file} exports no function "createSimulators".`);
  }
  return loaded.createSimulators();
}

function compileOperations({ caseDir, operations }: WorldThreadData): WorldOperation[] {
  const file = join(caseDir, 'world.schema.json');
  const message = compileMessages(JSON.parse(readFileSync(file, 'utf8')) as JsonObject, file);
  return operations.map((row) => ({
    ...row,
    request: message(row.request),
    response: message(row.response),
  }));
}

function tell(message: FromWorldThread): void {
  parentPort?.postMessage(message);
}
