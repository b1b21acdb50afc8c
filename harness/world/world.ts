/**
 * The world: what the harness plays around an implementation. A case's own simulators stand in `harness/checks/<case>/world.ts`, which exports
 * `createSimulators`; the frame serves them over HTTP in a thread of its own, one world a run, whatever instances come and go.
 */
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { Json, JsonObject } from '../target/target.ts';

/** What a world needs of its case study. */
export type WorldCase = Pick<CaseStudy, 'id' | 'dir' | 'world'>;

/** What a check, a campaign's judge or a workload has of the world. */
export interface World {
  /** What `{worldUrl}` stands for: http://127.0.0.1:PORT. */
  readonly url: string;
  /** Scripts the simulators, or asks what they have seen. Which questions there are is the case's own affair. */
  ask(question: JsonObject): Promise<Json>;
  /**
   * What the implementation called that the case has not, or not in this shape, and what the simulators themselves did wrong: sentences,
   * each once, the first 20.
   */
  complaints(): Promise<string[]>;
  /** Ends it and every connection to it. Safe to call twice. */
  close(): Promise<void>;
}

/** A call of the implementation, of the shape that world.schema.json gives the operation. */
export interface WorldCall {
  readonly operation: string;
  /** Path, query and body together, as in the implementation's own operations. */
  readonly input: JsonObject;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes of the body, as text. */
  readonly body: string;
  /** Aborted when the caller goes away before it has a reply. */
  readonly signal: AbortSignal;
}

export type WorldReply =
  /** `body`: JSON, or text that is sent as it is. */
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly body: JsonObject | string;
    }
  /** Nothing comes, and the connection stays open. */
  | { readonly kind: 'silence' }
  /** The connection is cut. */
  | { readonly kind: 'reset' };

export interface Simulators {
  /** May take its time; a WrongCall is answered 400, any other rejection 500 and told as a defect of the simulators. */
  call(call: WorldCall): Promise<WorldReply>;
  /** @throws Error with a sentence for a question that it does not know */
  ask(question: JsonObject): Json | Promise<Json>;
}

export type CreateSimulators = () => Simulators;
