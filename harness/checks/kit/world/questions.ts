/** What a check can ask of any scripted world, beside what the case's own has. */
import type { Json, JsonObject } from '../../../target/target.ts';
import type { CallLog } from './callLog.ts';
import type { CommonBehaviour, SomeBehaviour } from './commonBehaviour.ts';
import type { HeldCalls } from './heldCalls.ts';
import { parseBehaviour, parseBehaviours } from './parseBehaviours.ts';
import type { CanHave } from './parseBehaviours.ts';
import { scriptKey } from './scripts.ts';
import type { Scripts } from './scripts.ts';

export interface Asked<Own extends SomeBehaviour> {
  /** Of the case, for sentences. */
  readonly title: string;
  isOperation(name: unknown): boolean;
  readonly canHave: CanHave;
  readonly scripts: Scripts<CommonBehaviour | Own>;
  readonly held: HeldCalls;
  readonly log: CallLog;
  /** The case's own, by name. */
  readonly questions: Readonly<Record<string, (question: JsonObject) => Json>>;
}

const COMMON_QUESTIONS = ['script', 'release', 'held', 'calls', 'callCount', 'callsSince'];

/** @throws Error with a sentence for a question that it does not know */
export function answerQuestion<Own extends SomeBehaviour>(
  asked: Asked<Own>,
  question: JsonObject,
): Json {
  const { title, canHave, scripts, held, log, questions } = asked;
  const operationIn = ({ operation }: JsonObject): string => {
    if (asked.isOperation(operation)) return operation as string;
    throw new Error(`${JSON.stringify(operation)} is no operation of the ${title} world.`);
  };
  const operationsIn = ({ operations }: JsonObject): string[] | undefined => {
    if (operations === undefined) return undefined;
    if (!Array.isArray(operations)) throw new Error('"operations" is no list.');
    return operations.map((operation) => operationIn({ operation }));
  };
  const keyIn = (): string => scriptKey(operationIn(question), textIn(question, 'id'));

  switch (question['ask']) {
    case 'script': {
      const operation = operationIn(question);
      const next = parseBehaviours<Own>(operation, question['behaviours'] ?? [], canHave);
      const then = parseBehaviour<Own>(operation, question['then'] ?? { kind: 'usual' }, canHave);
      scripts.set(keyIn(), next, then);
      return null;
    }
    case 'release':
      scripts.release(keyIn());
      held.release(keyIn());
      return null;
    case 'held':
      return held.count(keyIn());
    case 'calls':
      return log.list(textIn(question, 'id'), operationsIn(question));
    case 'callCount':
      return log.count();
    case 'callsSince':
      return log.since(Number(question['index']), operationsIn(question));
    default: {
      const name = String(question['ask']);
      const own = Object.hasOwn(questions, name) ? questions[name] : undefined;
      if (own) return own(question);
      const known = [...COMMON_QUESTIONS, ...Object.keys(questions)];
      throw new Error(
        `The ${title} world knows no question ${JSON.stringify(question['ask'])}: it knows ${known.join(', ')}.`,
      );
    }
  }
}

/** @throws Error with a sentence where the question has no text of that name */
export function textIn(question: JsonObject, name: string): string {
  const value = question[name];
  if (typeof value === 'string') return value;
  throw new Error(`A question "${String(question['ask'])}" needs the text "${name}".`);
}
