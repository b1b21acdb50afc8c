/** What the world's thread is started with, and what passes between it and the run. */
import type { HttpMethod } from '../contract/caseStudy.ts';
import type { Json, JsonObject } from '../target/target.ts';

export interface WorldThreadData {
  /** The folder with world.schema.json. */
  readonly caseDir: string;
  readonly simulatorsFile: string;
  /** Request and response by the names of their definitions. */
  readonly operations: readonly {
    readonly id: string;
    readonly summary: string;
    readonly http: { readonly method: HttpMethod; readonly path: string };
    readonly request: string;
    readonly response: string;
  }[];
  /** 0: any that is free. */
  readonly port: number;
}

export type ToWorldThread =
  | { readonly kind: 'ask'; readonly id: number; readonly question: JsonObject }
  | { readonly kind: 'complaints'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number };

export type FromWorldThread =
  | { readonly kind: 'up'; readonly url: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Json }
  | { readonly kind: 'refused'; readonly id: number; readonly reason: string };
