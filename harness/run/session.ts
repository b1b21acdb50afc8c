/** A conversation of a check with the implementation: inputs held to the contract, every answer recorded. */
import { Violation } from '../checks/check.ts';
import type { Session, SessionSubscription } from '../checks/check.ts';
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { Answer, Json, JsonObject, Subscription, Target } from '../target/target.ts';
import { excerpt } from '../target/excerpt.ts';
import { unobserved } from './observedTarget.ts';
import { recorded, recordSent, recordStreamEvent } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { NoAnswer } from './verdictErrors.ts';

/** The code by which an implementation says that it has no such operation. */
const NOT_SUPPORTED = 'NOT_SUPPORTED';

export interface SessionOptions {
  readonly caseStudy: CaseStudy;
  readonly target: Target;
  /** Shown with each entry of the conversation. */
  readonly label: string;
  readonly id: (name: string) => string;
  readonly recorder: Recorder;
  /** Throws once the check has no time left. */
  readonly checkTime: () => void;
  /** Told of each subscription, so that none outlives the session. */
  readonly onSubscription: (subscription: Subscription) => void;
}

export function createSession(options: SessionOptions): Session {
  return sessionOn(options, new Map([[options.target, options.label]]));
}

/** @param labels of all targets of the conversation */
function sessionOn(options: SessionOptions, labels: Map<Target, string>): Session {
  const { caseStudy, target, recorder } = options;
  const label = labels.get(target)!;

  const raw: Session['raw'] = (operation, input, callOptions) => {
    options.checkTime();
    return recorded(recorder, { session: label, what: operation, input }, () =>
      target.call(operation, input, callOptions),
    );
  };

  const attempt: Session['attempt'] = async (operation, input) => {
    refuseWrongInput(caseStudy, operation, input);
    const answer = await raw(operation, input);
    switch (answer.kind) {
      case 'ok':
        return answer;
      case 'refused':
        if (answer.problem.code !== NOT_SUPPORTED) return answer;
        throw new Violation(
          `The operation ${operation} is not offered.`,
          'a reply',
          answer.problem,
        );
      case 'malformed':
        throw new Violation(answer.reason);
      case 'indeterminate':
        // It is there and says that something broke: that is its answer to a request that it should have carried out or refused.
        if (answer.reply) throw new Violation(answer.reason, 'a reply or a refusal', answer.reply);
        throw new NoAnswer(`No certain answer: ${answer.reason}`);
    }
  };

  return {
    id: options.id,
    raw,
    attempt,
    async call(operation, input) {
      const answer = await attempt(operation, input);
      if (answer.kind === 'ok') return answer.output;
      const { code, detail } = answer.problem;
      throw new Violation(
        `${operation} was refused with ${code}${detail === undefined ? '' : ` (${excerpt(detail)})`}.`,
        'a reply',
        answer.problem,
      );
    },
    async subscribe(stream, input, onEvent) {
      options.checkTime();
      refuseWrongStreamInput(caseStudy, stream, input);
      const startNs = recorder.now();
      const answer = await target.subscribe(stream, input, (event) => {
        recordStreamEvent(recorder, label, stream, event);
        onEvent(event);
      });
      const shown: Answer = answer.kind === 'ok' ? { kind: 'ok', output: {} } : answer;
      recorder.add({
        session: label,
        what: stream,
        input,
        answer: shown,
        startNs,
        endNs: recorder.now(),
      });
      switch (answer.kind) {
        case 'ok':
          options.onSubscription(answer.subscription);
          return sessionSubscription(options, label, stream, answer.subscription);
        case 'refused': {
          const { code } = answer.problem;
          const what = code === NOT_SUPPORTED ? 'is not offered' : `was refused with ${code}`;
          throw new Violation(`The stream ${stream} ${what}.`, 'a stream', answer.problem);
        }
        case 'malformed':
          throw new Violation(answer.reason);
        case 'indeterminate':
          throw new NoAnswer(`No certain answer: ${answer.reason}`);
      }
    },
    on(other) {
      const inner = unobserved(other);
      if (!labels.has(inner)) labels.set(inner, `${options.label}@${labels.size + 1}`);
      return sessionOn({ ...options, target: inner }, labels);
    },
  };
}

function sessionSubscription(
  { caseStudy, checkTime, recorder }: SessionOptions,
  label: string,
  stream: string,
  inner: Subscription,
): SessionSubscription {
  const shape = caseStudy.streams.get(stream)!.send;
  const note = <T extends Json>(sent: T, send: (sent: T) => boolean): boolean => {
    if (!shape) throw new Error(`The check sends on ${stream}, whose contract has no "send".`);
    checkTime();
    const isSent = send(sent);
    if (isSent) recordSent(recorder, label, stream, sent);
    return isSent;
  };
  return {
    send(message) {
      const wrong = shape?.validate(message);
      if (wrong === undefined) return note(message, inner.send);
      throw new Error(
        `The check sends on ${stream} what is no ${shape!.name}: ${wrong}. It sends ${excerpt(message)}. ` +
          `Use sendWrong() where a wrong message is the point.`,
      );
    },
    sendWrong: (message) => note(message, inner.send),
    sendText: (text) => note(text, inner.sendText),
    canPause: inner.canPause,
    pause: inner.pause,
    resume: inner.resume,
    close: inner.close,
  };
}

/** A check that breaks the contract itself has a bug, and its finding would be worth nothing. */
function refuseWrongInput(caseStudy: CaseStudy, operation: string, input: JsonObject): void {
  const row = caseStudy.operations.get(operation);
  if (!row) throw new Error(`The check calls "${operation}", which case.json does not have.`);
  const wrong = row.request.validate(input);
  if (wrong === undefined) return;
  throw new Error(
    `The check sends ${operation} an input that is no ${row.request.name}: ${wrong}. It sends ${excerpt(input)}. ` +
      `Use raw() where a wrong input is the point.`,
  );
}

function refuseWrongStreamInput(caseStudy: CaseStudy, stream: string, input: JsonObject): void {
  const row = caseStudy.streams.get(stream);
  if (!row) throw new Error(`The check subscribes to "${stream}", which case.json does not have.`);
  const wrong = row.request.validate(input);
  if (wrong === undefined) return;
  throw new Error(`The check subscribes to ${stream} with no ${row.request.name}: ${wrong}.`);
}
