/**
 * A check is the executable test of one clause of one requirement: a plain function over a context. It passes when it
 * returns, fails when it throws a Violation, and could not run when it throws CouldNotRun or has too few hits.
 */
import type fc from 'fast-check';
import type {
  Answer,
  CallOptions,
  Json,
  JsonObject,
  StreamEvent,
  Subscription,
  Target,
} from '../target/target.ts';
import type { World } from '../world/world.ts';

export interface Check {
  /** The name by which requirements.json refers to it. Exactly one clause names it. */
  readonly id: string;
  /** `shared` checks invent their ids and run beside others; `exclusive` ones get their own process and data directory. */
  readonly isolation: 'shared' | 'exclusive';
  /** Capabilities without which it is not applicable. */
  readonly needs?: readonly string[];
  /** How long it needs on an implementation that is as slow as the contract allows, in ms; only where that is more than others get. */
  readonly deadlineMs?: number;
  run(context: CheckContext): Promise<void>;
}

export interface CheckContext {
  readonly seed: number;
  readonly target: Target;
  /** What plays the outside services; undefined where the case has none. */
  readonly world?: World;
  /** fast-check itself, so that a check outside this package needs no import. */
  readonly fc: typeof fc;
  /** By which a check scales what it waits for, in real time: `--patience`. */
  readonly patience: number;
  /** Counts that something interesting happened; requirements.json states the minimum of each. */
  hit(name: string, times?: number): void;
  /**
   * Runs `predicate` on generated inputs, each in a session of its own; shrinks what violates.
   * runs: how many inputs (default 20), scaled by the run's effort, bounded in time.
   */
  property<T>(
    arbitrary: fc.Arbitrary<T>,
    predicate: (input: T, session: Session) => Promise<void>,
    options?: { runs?: number },
  ): Promise<void>;
  /** One conversation outside a property. */
  session(): Session;
  /** Another, empty instance of the same implementation; closed with the check. */
  launch(): Promise<Target>;
}

/** A conversation with the implementation: every call is recorded and shown when the check fails. */
export interface Session {
  /** `name` made unique in this session and run, the same for the same name: at most 36 of [A-Za-z0-9_.-]. */
  id(name: string): string;
  /** The validated output; a refusal, a malformed reply or one that says that something broke (500) is a Violation; no reply is CouldNotRun. */
  call(operation: string, input: JsonObject): Promise<JsonObject>;
  /** `ok` or `refused`; a malformed reply or one that says that something broke (500) is a Violation; no reply is CouldNotRun. */
  attempt(
    operation: string,
    input: JsonObject,
  ): Promise<Extract<Answer, { kind: 'ok' | 'refused' }>>;
  /** Whatever came, for checks that break things. */
  raw(operation: string, input: JsonObject, options?: CallOptions): Promise<Answer>;
  /** A refusal or a malformed reply is a Violation; no reply is CouldNotRun. */
  subscribe(
    stream: string,
    input: JsonObject,
    onEvent: (event: StreamEvent) => void,
  ): Promise<SessionSubscription>;
  /** Another target (see launch) in the same conversation. */
  on(target: Target): Session;
}

/**
 * A subscription whose sent messages are recorded. Each way to send throws where the contract gives the stream no `send`, for such a
 * check has a bug, and once the check has no time left.
 */
export interface SessionSubscription extends Subscription {
  /** A message of the contract; anything else throws. */
  send(message: JsonObject): boolean;
  /** Whatever the check likes, where a wrong message is the point. */
  sendWrong(message: Json): boolean;
}

/** The implementation broke the clause. */
export class Violation extends Error {
  readonly expected: unknown;
  readonly actual: unknown;
  constructor(message: string, expected?: unknown, actual?: unknown) {
    super(message);
    this.name = 'Violation';
    this.expected = expected;
    this.actual = actual;
  }
}

/** There is no evidence either way; the message says what is missing and what to do. */
export class CouldNotRun extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CouldNotRun';
  }
}

/** The check needs something that this kind of target, or this machine, cannot give. */
export class NotApplicable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotApplicable';
  }
}
