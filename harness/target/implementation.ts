/** An implementation of one case study, ready to be reached: what its manifest says, or what `--url` gives. */
import type { Binding } from './target.ts';

/** A failure that its owner knows of. It does not change the exit code until it expires or stops failing. */
export interface KnownFailure {
  readonly clause: string;
  readonly reason: string;
  /** A date, YYYY-MM-DD: the last day on which it is excused. */
  readonly expires: string;
}

/** Another way of running it, for targets that ask for one: one that syncs to the disk before it answers, for instance. */
export interface Variant {
  /** Added to the end of the command. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type Start =
  | { readonly kind: 'command'; readonly command: readonly string[] }
  | { readonly kind: 'module'; readonly file: string }
  | { readonly kind: 'url'; readonly url: string };

export interface Implementation {
  readonly name: string;
  readonly version: string;
  readonly language: string;
  /** How the user named it: the manifest's path, or the URL. It is repeated in the commands that replay a failure. */
  readonly source: string;
  /** Working directory of its process. */
  readonly dir: string;
  readonly binding: Binding;
  readonly start: Start;
  readonly readyPath: string;
  readonly readyTimeoutMs: number;
  readonly env: Readonly<Record<string, string>>;
  readonly capabilities: ReadonlySet<string>;
  readonly knownFailures: readonly KnownFailure[];
  /** By the names that bench/<case>/workload.json uses. */
  readonly variants: Readonly<Record<string, Variant>>;
  readonly mutantsFile?: string;
  /** A program of its own, run in `dir`, that prints what it measured inside. */
  readonly inProcessCommand?: readonly string[];
}
