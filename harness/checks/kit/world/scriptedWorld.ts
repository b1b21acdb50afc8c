/** Simulators whose calls are logged and scripted: a case says what its operations do, and this does the rest. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, JsonObject } from '../../../target/target.ts';
import type { Simulators, WorldCall, WorldReply } from '../../../world/world.ts';
import { createCallLog } from './callLog.ts';
import { isCommon } from './commonBehaviour.ts';
import type { CommonBehaviour, SomeBehaviour } from './commonBehaviour.ts';
import { createHeldCalls } from './heldCalls.ts';
import type { CanHave } from './parseBehaviours.ts';
import { failed, RESET, SILENCE } from './replies.ts';
import { answerQuestion } from './questions.ts';
import { createScripts, scriptKey } from './scripts.ts';

export interface Played<Name extends string, Own extends SomeBehaviour> {
  /** Of the case, for sentences. */
  readonly title: string;
  isOperation(name: unknown): name is Name;
  /** By which the operation's calls are scripted. */
  scriptId(operation: Name, input: JsonObject): string;
  /** By what else than its scripting id a check may ask for a call. */
  idsOf(operation: Name, input: JsonObject): readonly string[];
  /** What of a call is remembered for checks; default: all. */
  logged?(call: WorldCall): WorldCall;
  /** What the operation does where nothing, neither a script nor an id, has another opinion. */
  carryOut(operation: Name, input: JsonObject): WorldReply;
  /** What is done where no script says otherwise; ids may have their say. */
  asUsual(operation: Name, input: JsonObject): WorldReply;
  /** Which of the case's own behaviours an operation can have. */
  readonly canHave: CanHave;
  behave(behaviour: Own, operation: Name, input: JsonObject): WorldReply;
  /** By name, beside the questions that every world answers. */
  readonly questions: Readonly<Record<string, (question: JsonObject) => Json>>;
}

export function scriptedWorld<Name extends string, Own extends SomeBehaviour>(
  played: Played<Name, Own>,
): Simulators {
  const scripts = createScripts<Own>();
  const held = createHeldCalls();
  const log = createCallLog(Date.now);

  const behave = async (
    behaviour: CommonBehaviour,
    operation: Name,
    { input, signal }: WorldCall,
    key: string,
  ): Promise<WorldReply> => {
    switch (behaviour.kind) {
      case 'usual':
        return played.asUsual(operation, input);
      case 'error':
        return failed(behaviour.status);
      case 'silence':
        return SILENCE;
      case 'reset':
        return RESET;
      case 'silenceBooked':
        played.carryOut(operation, input);
        return SILENCE;
      case 'resetBooked':
        played.carryOut(operation, input);
        return RESET;
      case 'slow': {
        const reply = played.carryOut(operation, input);
        // An abort says that the caller is gone: then nobody is there to be answered.
        return sleep(behaviour.ms, reply, { signal }).catch(() => SILENCE);
      }
      case 'late':
        await sleep(behaviour.ms);
        return played.carryOut(operation, input);
      case 'hold': {
        const reply = played.carryOut(operation, input);
        return (await held.hold(key, signal)) === 'released' ? reply : SILENCE;
      }
    }
  };

  return {
    async call(call) {
      const { operation, input } = call;
      if (!played.isOperation(operation)) throw new Error(`nobody plays ${operation}.`);
      const id = played.scriptId(operation, input);
      log.add(played.logged?.(call) ?? call, [id, ...played.idsOf(operation, input)]);
      const key = scriptKey(operation, id);
      const behaviour = scripts.take(key);
      return isCommon(behaviour)
        ? behave(behaviour, operation, call, key)
        : played.behave(behaviour, operation, input);
    },
    ask: (question) => answerQuestion({ ...played, scripts, held, log }, question),
  };
}
