/**
 * The null implementation: answers every request with a valid message and keeps nothing. A check that it passes judges nothing.
 */
import type { CaseStudy } from '../contract/caseStudy.ts';
import { DEFAULT_START_CLOCK_MS } from '../target/launchTarget.ts';
import type { Json, JsonObject, Target } from '../target/target.ts';
import type { TargetFactory } from '../target/targetFactory.ts';
import type { World } from '../world/world.ts';
import { exampleOf } from './exampleOf.ts';

/** It runs inside the harness: it is ours, and can neither hang nor crash. */
export function nullImplementation(caseStudy: CaseStudy, world?: World): TargetFactory {
  return {
    world,
    implementation: {
      name: 'null',
      version: '1.0.0',
      language: 'none',
      source: '(the null implementation)',
      dir: '.',
      binding: 'module',
      start: { kind: 'module', file: '' },
      readyPath: '/health',
      readyTimeoutMs: 0,
      env: {},
      capabilities: new Set(caseStudy.capabilities.map(({ id }) => id)),
      knownFailures: [],
      variants: {},
    },
    ownInstances: true,
    launch: async () => nullTarget(caseStudy),
  };
}

function nullTarget(caseStudy: CaseStudy): Target {
  const definitions = caseStudy.messages['$defs'] as Record<string, JsonObject>;
  const message = (name: string, input: JsonObject): JsonObject =>
    exampleOf(definitions[name]!, caseStudy.messages, input) as JsonObject;
  return {
    binding: 'module',
    capabilities: new Set(caseStudy.capabilities.map(({ id }) => id)),
    startClockMs: DEFAULT_START_CLOCK_MS,
    canRestart: true,
    async call(operation, input) {
      const { request, response } = caseStudy.operations.get(operation)!;
      const wrong = request.validate(input as Json);
      if (wrong !== undefined) return refusal(caseStudy, wrong);
      return { kind: 'ok', output: message(response.name, input) };
    },
    async subscribe(stream, input, onEvent) {
      const { message: shape } = caseStudy.streams.get(stream)!;
      queueMicrotask(() => onEvent({ kind: 'message', message: message(shape.name, input) }));
      return { kind: 'ok', subscription: { close: async () => undefined } };
    },
    ended: () => undefined,
    responds: async () => true,
    kill: async () => undefined,
    restart: async () => undefined,
    close: async () => undefined,
  };
}

/** Shapes it does know: a malformed request is refused with the contract's first code for that. */
function refusal(caseStudy: CaseStudy, detail: string): Awaited<ReturnType<Target['call']>> {
  const row = [...caseStudy.errors.values()].find(({ httpStatus }) => httpStatus === 400);
  if (!row) return { kind: 'malformed', reason: detail };
  return { kind: 'refused', problem: { code: row.code, detail } };
}
