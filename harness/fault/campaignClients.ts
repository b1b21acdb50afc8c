/** The clients of a campaign: each makes one call at a time over a connection of its own, and all is recorded. */
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { CallFunction, HistoryRecorder, RecordedClient } from '../history/historyRecorder.ts';
import type { Connection } from '../target/connection.ts';
import { connectHttp } from '../target/httpConnection.ts';

export interface CampaignClients {
  /** Undefined while all of them are waiting for an answer. */
  take(): RecordedClient | undefined;
  give(client: RecordedClient): void;
  close(): Promise<void>;
}

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
  let made = 0;

  const make = (): RecordedClient => {
    made += 1;
    let connection: Connection | undefined;
    const call: CallFunction = (operation, input) => {
      if (!connection) open.add((connection = connectHttp(caseStudy, address, readyPath)));
      return connection.call(caseStudy.operations.get(operation)!, input, listenMs);
    };
    return recorder.client(call, {
      connection: `${name}${made}`,
      onRetired() {
        // The lost reply may still come over it.
        if (!connection) return;
        open.delete(connection);
        void connection.close();
        connection = undefined;
      },
    });
  };

  return {
    take: () => idle.pop() ?? (made < most ? make() : undefined),
    give: (client) => void idle.push(client),
    async close() {
      await Promise.allSettled([...open].map((connection) => connection.close()));
    },
  };
}
