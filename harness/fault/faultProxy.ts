/**
 * A TCP proxy on 127.0.0.1 before an HTTP/1.1 and WebSocket server. It forwards every byte as it came, one exchange of a connection
 * at a time, and does what the installed faults say: each counts what it did, for a fault that did not bite has tested nothing.
 * Its address stays while the server behind it dies and comes back on another port.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { seededRandom } from '../load/seededRandom.ts';
import type { Evidence } from './evidence.ts';
import { proxyConnection } from './proxyConnection.ts';
import type { ProxyConnection } from './proxyConnection.ts';
import { evidenceOf, matches, noCounts } from './proxyFault.ts';
import type { ActiveFault, FaultCounts, ProxyFault } from './proxyFault.ts';
import { proxyHooks } from './proxyHook.ts';
import type { ArmedHook, HookOptions } from './proxyHook.ts';

/** A load has 16 connections and each fault may break them all; more than this is a client that does not close. */
const MAX_CONNECTIONS = 2_048;
/** A connect on loopback is answered at once, by an acceptance or a refusal. */
const MAX_CONNECT_MS = 1_000;

export interface FaultProxyOptions {
  readonly upstreamPort: number;
  /** Default: a free one. */
  readonly port?: number;
}

export interface InstalledFault {
  counts(): Readonly<FaultCounts>;
  evidence(): Evidence;
  /** Ends it; safe to call twice. Rejects when the proxy could not be made to listen again. */
  remove(): Promise<Evidence>;
}

export interface FaultProxy {
  readonly port: number;
  /** `http://127.0.0.1:PORT`. */
  readonly address: string;
  install(fault: ProxyFault): Promise<InstalledFault>;
  arm(hook: HookOptions): ArmedHook;
  /** New connections go there. */
  setUpstreamPort(port: number): void;
  connections(): number;
  /** RST to every open connection. */
  resetAll(): void;
  close(): Promise<void>;
}

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  let { upstreamPort } = options;
  const active = new Set<ActiveFault>();
  const connections = new Set<ProxyConnection>();
  const hooks = proxyHooks(matches);

  const onClient = (client: Socket): void => {
    if (connections.size >= MAX_CONNECTIONS) {
      client.resetAndDestroy();
      return;
    }
    const onClosed = (): void => void connections.delete(connection);
    const connection = proxyConnection(client, { upstreamPort, active, hooks, onClosed });
    connections.add(connection);
  };
  let server: Server | undefined = await listen(options.port ?? 0, onClient);
  const { port } = server.address() as AddressInfo;

  const stopListening = (): void => {
    // The open connections stay, so nothing is waited for.
    server?.close();
    server = undefined;
  };
  const resetAll = (): void => {
    for (const connection of [...connections]) connection.reset();
  };
  const refusals = (): number =>
    [...active].filter(({ fault }) => fault.kind === 'net.refuse').length;

  return {
    port,
    address: `http://127.0.0.1:${port}`,
    async install(fault) {
      const random = seededRandom(fault.kind === 'net.latency' ? fault.seed : 0);
      const each: ActiveFault = { fault, counts: noCounts(), random, chosen: 0 };
      active.add(each);
      if (fault.kind === 'net.refuse') {
        stopListening();
        if (fault.open === 'reset') {
          each.counts.socketsReset += connections.size;
          resetAll();
        }
        if ((await tryConnect(port)) === 'refused') each.counts.probesRefused += 1;
      }
      return {
        counts: () => each.counts,
        evidence: () => evidenceOf(each),
        async remove() {
          if (!active.delete(each)) return evidenceOf(each);
          for (const connection of [...connections]) connection.removed(each);
          if (fault.kind === 'net.refuse' && refusals() === 0)
            server = await listen(port, onClient);
          return evidenceOf(each);
        },
      };
    },
    arm: (hook) => hooks.arm(hook),
    setUpstreamPort(next) {
      upstreamPort = next;
    },
    connections: () => connections.size,
    resetAll,
    async close() {
      active.clear();
      stopListening();
      resetAll();
    },
  };
}

async function listen(port: number, onClient: (client: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, onClient);
  server.listen(port, '127.0.0.1');
  // Rejects with the server's error.
  await once(server, 'listening');
  server.on('error', () => undefined);
  return server;
}

/** Whether somebody listens there. */
export async function tryConnect(port: number): Promise<'accepted' | 'refused' | 'no answer'> {
  const socket = connect({ port, host: '127.0.0.1' });
  const answer = Promise.withResolvers<'accepted' | 'refused' | 'no answer'>();
  socket.once('connect', () => answer.resolve('accepted'));
  socket.once('error', (error: NodeJS.ErrnoException) =>
    answer.resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'no answer'),
  );
  socket.setTimeout(MAX_CONNECT_MS, () => answer.resolve('no answer'));
  const outcome = await answer.promise;
  socket.destroy();
  return outcome;
}
