/** A TCP server for tests that answers each request on its connection with the next of some texts. */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface TestServer {
  readonly address: { readonly host: string; readonly port: number };
  /** What came, one text a read. */
  readonly received: string[];
  close(): Promise<void>;
}

/** What to do with a connection on its nth read, from 0. */
export type Answering = (socket: Socket, read: number) => void;

export async function testServer(answer: Answering): Promise<TestServer> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let reads = 0;
    socket.on('data', (chunk) => {
      received.push(chunk.toString());
      answer(socket, reads);
      reads += 1;
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: '127.0.0.1', port },
    received,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
