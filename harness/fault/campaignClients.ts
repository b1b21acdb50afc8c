/** The clients of a campaign: each makes one call at a time over a connection of its own, and all is recorded. */
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { CallFunction, HistoryRecorder, RecordedClient } from '../history/historyRecorder.ts';
import type { Connection } from '../target/connection.ts';
import { connectHttp } from '../target/httpConnection.ts';

export interface CampaignClients {
  /** Undefined while all of them are waiting for an answer. */
  take(): RecordedClient | undefined;
  /** One that lost its connection is back a moment later. */
  give(client: RecordedClient): void;
  close(): Promise<void>;
}

/**
 * Connecting costs the harness ten times a call on an open connection: while nobody listens, hundreds of clients that try again at once
 * would take the core that the implementation starts on. What finds no client meanwhile counts as unavailable, which it is.
 */
const RECONNECT_PAUSE_MS = 300;

export interface CampaignClientsOptions {
  readonly caseStudy: CaseStudy;
  readonly recorder: HistoryRecorder;
  /** Of the fault proxy. */
  readonly address: string;
  readonly readyPath: string;
  readonly name: string;
  readonly most: number;
  /** How long each listens for its reply: much longer than what counts as in time. */
  readonly listenMs: number;
}

export function campaignClients(options: CampaignClientsOptions): CampaignClients {
  const { caseStudy, recorder, address, readyPath, name, most, listenMs } = options;
  const open = new Set<Connection>();
  // The last one back is the first one out: a quiet load uses few connections.
  const idle: RecordedClient[] = [];
  const reconnecting = new Set<RecordedClient>();
  const pauses = new Set<NodeJS.Timeout>();
  let made = 0;

  const make = (): RecordedClient => {
    made += 1;
    let connection: Connection | undefined;
    const call: CallFunction = (operation, input) => {
      if (!connection) open.add((connection = connectHttp(caseStudy, address, readyPath, 1)));
      return connection.call(caseStudy.operations.get(operation)!, input, listenMs);
    };
    const client = recorder.client(call, {
      connection: `${name}${made}`,
      onRetired() {
        reconnecting.add(client);
        // The lost reply may still come over it.
        if (!connection) return;
        open.delete(connection);
        void connection.close();
        connection = undefined;
      },
    });
    return client;
  };

  return {
    take: () => idle.pop() ?? (made < most ? make() : undefined),
    give(client) {
      if (!reconnecting.delete(client)) return void idle.push(client);
      const pause = setTimeout(() => {
        pauses.delete(pause);
        idle.push(client);
      }, RECONNECT_PAUSE_MS);
      pauses.add(pause);
    },
    async close() {
      for (const pause of pauses) clearTimeout(pause);
      await Promise.allSettled([...open].map((connection) => connection.close()));
    },
  };
}
