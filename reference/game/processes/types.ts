/**
 * Matches spread over several processes:
 *
 *   matchOf.ts    which match a request or a stream is about
 *   dataDirs.ts   a data directory of its own for each worker, for the same number of workers for ever
 *   worker.ts     one child process, started again when it ends
 *   forward.ts    a request or a stream handed to a port
 *   router.ts     the port of all: finds the match, asks the ring, hands over
 *   serve.ts      command line to workers and router, and the end of all
 */

/** A process that serves its share of the matches over HTTP on 127.0.0.1. */
export interface Worker {
  /** Where it listens; while it is being started again this waits for it. Rejects once it is stopped. */
  port(): Promise<number>;
  /** What listens now; undefined: nothing does. */
  now(): { readonly port: number; readonly pid: number } | undefined;
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void>;
}

export interface Router {
  readonly port: number;
  /** Ends every connection. */
  close(): Promise<void>;
}
