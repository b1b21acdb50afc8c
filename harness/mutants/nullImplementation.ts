/**
 * The null implementation: answers every request, and whatever a subscriber sends, with a valid message and keeps nothing. A check that
 * it passes judges nothing.
 */
import type { CaseStudy } from '../contract/caseStudy.ts';
import { DEFAULT_START_CLOCK_MS } from '../target/launchTarget.ts';
import { StreamMessage } from '../target/streamMessage.ts';
import type { Json, JsonObject, StreamEvent, Subscription, Target } from '../target/target.ts';
import type { TargetFactory } from '../target/targetFactory.ts';
import type { World } from '../world/world.ts';
import { valueOfText } from '../target/valueOfText.ts';
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
      const { message: shape, send } = caseStudy.streams.get(stream)!;
      const tell = (given: JsonObject): StreamEvent =>
        new StreamMessage(message(shape.name, given));
      queueMicrotask(() => onEvent(tell(input)));
      const hear = (sent: Json): void => {
        if (send && send.validate(sent) === undefined) onEvent(tell(sent as JsonObject));
      };
      return { kind: 'ok', subscription: nullSubscription(hear) };
    },
    ended: () => undefined,
    responds: async () => true,
    kill: async () => undefined,
    restart: async () => undefined,
    close: async () => undefined,
  };
}

/** @param hear told of what is sent until it is closed, never within the call that sends */
function nullSubscription(hear: (sent: Json) => void): Subscription {
  let isOpen = true;
  const send = (sent: Json): boolean => {
    queueMicrotask(() => {
      if (isOpen) hear(sent);
    });
    return isOpen;
  };
  return {
    send,
    sendText: (text) => send(valueOfText(text)),
    canPause: false,
    pause: () => undefined,
    resume: () => undefined,
    close: async () => void (isOpen = false),
  };
}

/** Shapes it does know: a malformed request is refused with the contract's first code for that. */
function refusal(caseStudy: CaseStudy, detail: string): Awaited<ReturnType<Target['call']>> {
  const row = [...caseStudy.errors.values()].find(({ httpStatus }) => httpStatus === 400);
  if (!row) return { kind: 'malformed', reason: detail };
  return { kind: 'refused', problem: { code: row.code, detail } };
}
