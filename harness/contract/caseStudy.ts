/** A case study, loaded and compiled: what spec/<case>/ says, ready to be used. */
import type { JsonObject } from '../target/target.ts';

/** Undefined when the value has the message's shape, else what is wrong with it and where. */
export type Validate = (value: unknown) => string | undefined;

export interface Message {
  /** Name of the definition in messages.schema.json. */
  readonly name: string;
  readonly validate: Validate;
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface OperationHttp {
  readonly method: HttpMethod;
  readonly path: string;
  /** Header -> the input field that it carries. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers of the reply that mean something. */
  readonly replyHeaders?: readonly string[];
}

export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly effect: 'mutation' | 'read' | 'control';
  readonly http: OperationHttp;
  readonly request: Message;
  readonly response: Message;
  readonly errors: readonly string[];
  readonly idempotencyField?: string;
  /** Offered only with this capability. */
  readonly capability?: string;
}

export interface Stream {
  readonly id: string;
  readonly summary: string;
  readonly http: { readonly path: string };
  readonly request: Message;
  readonly message: Message;
  /** What a subscriber may send; absent: nothing. */
  readonly send?: Message;
  readonly errors: readonly string[];
}

/** A call of the implementation to an outside service, which the harness plays. */
export interface WorldOperation {
  readonly id: string;
  readonly summary: string;
  readonly http: { readonly method: HttpMethod; readonly path: string };
  readonly request: Message;
  readonly response: Message;
}

export interface ErrorRow {
  readonly code: string;
  readonly httpStatus: number;
  /** True: the request had no effect and never will. */
  readonly definite: boolean;
  readonly burnsKey: boolean;
  readonly retryable: boolean;
  readonly title: string;
}

export interface Capability {
  readonly id: string;
  /** Part of the test mode: core requirements may need it. */
  readonly testMode: boolean;
  readonly summary: string;
}

export interface Clause {
  readonly key: string;
  readonly statement: string;
  readonly freedoms: readonly string[];
  /** A check with its minimum of hits, or a campaign of faults with one, or the reason why the clause is not judged. */
  readonly check?: string;
  /** `campaign`: judged by what a campaign of faults leaves behind. */
  readonly by?: 'campaign';
  /** Kinds of fault that a campaign has to have shown for it. */
  readonly faults?: readonly string[];
  readonly hits?: Readonly<Record<string, number>>;
  readonly excluded?: string;
}

export interface Requirement {
  readonly id: string;
  readonly title: string;
  readonly level: 'MUST' | 'SHOULD';
  readonly tier: 'core' | 'optional';
  readonly statement: string;
  readonly source: string;
  readonly components: readonly string[];
  readonly patterns: readonly string[];
  readonly capability?: string;
  readonly supersedes?: string;
  readonly model?: boolean;
  readonly clauses: readonly Clause[];
}

export interface TargetRow {
  readonly id: string;
  readonly profile: string;
  readonly operation: string;
  readonly metric: string;
  readonly percentile: number | null;
  readonly comparison: '<' | '<=' | '>' | '>=';
  readonly value: number;
  readonly unit: string;
  readonly source: string;
}

export type SmokeStep =
  | {
      readonly operation: string;
      readonly input: JsonObject;
      readonly save?: Record<string, string>;
    }
  | {
      readonly stream: string;
      readonly input: JsonObject;
      /** Sent once it is open, in order. */
      readonly send?: readonly JsonObject[];
    };

export interface CaseStudy {
  readonly id: string;
  readonly title: string;
  readonly specVersion: string;
  readonly summary: string;
  /** The folder of its data files. */
  readonly dir: string;
  /**
   * SHA-256 over all *.json of its folder but levels.json, by name (each as `NAME BYTES\n` and then its bytes): two reports with the same one judged the same
   * contract.
   */
  readonly sha256: string;
  readonly components: readonly { readonly id: string; readonly title: string }[];
  readonly patterns: readonly string[];
  readonly capabilities: readonly Capability[];
  readonly clock?: { readonly operation: string; readonly nowField: string };
  readonly operations: ReadonlyMap<string, Operation>;
  readonly streams: ReadonlyMap<string, Stream>;
  /** Undefined where the case has no outside services. */
  readonly world?: {
    readonly operations: ReadonlyMap<string, WorldOperation>;
    /** The module with its simulators. */
    readonly simulatorsFile: string;
  };
  readonly errors: ReadonlyMap<string, ErrorRow>;
  readonly requirements: readonly Requirement[];
  readonly targets: readonly TargetRow[];
  readonly smoke: readonly SmokeStep[];
  /** messages.schema.json as read. */
  readonly messages: JsonObject;
  /** The module whose `checks` judge it. Undefined when there is none. */
  readonly checksFile?: string;
}
