/** A world without HTTP and thread, for implementations that live in memory, in tests. */
import type { JsonObject } from '../target/target.ts';
import type { CreateSimulators, World, WorldCase, WorldReply } from './world.ts';
import { createWorldFrame } from './worldFrame.ts';

export interface LocalCallOptions {
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the input as JSON. */
  readonly body?: string;
  /** Aborted when the caller gives up. */
  readonly signal?: AbortSignal;
}

export interface LocalWorld extends World {
  /** Held to its shape as over HTTP. `silence` and `reset` are returned like a reply: what they mean is the caller's to play. */
  call(operation: string, input: JsonObject, options?: LocalCallOptions): Promise<WorldReply>;
}

/** @throws Error when the case has no world */
export function localWorld(createSimulators: CreateSimulators, caseStudy: WorldCase): LocalWorld {
  const { world } = caseStudy;
  if (!world) throw new Error(`The case study ${caseStudy.id} has no outside services to play.`);
  const simulators = createSimulators();
  const frame = createWorldFrame(simulators);
  const closed = new AbortController();
  return {
    // Of the form that contracts ask of a URL; nobody listens there.
    url: 'http://memory.invalid',
    ask: async (question) => simulators.ask(question),
    complaints: async () => frame.complaints.list(),
    async close() {
      closed.abort();
    },
    async call(name, input, { headers = {}, body = JSON.stringify(input), signal } = {}) {
      const operation = world.operations.get(name);
      if (!operation) return frame.refuse(404, `${name} is no operation of this world.`);
      const gone = signal ? AbortSignal.any([signal, closed.signal]) : closed.signal;
      return frame.answer(operation, { input, headers, body, signal: gone });
    },
  };
}
