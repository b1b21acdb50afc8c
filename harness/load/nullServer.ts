/**
 * A server that does nothing, for the floor of this machine: it answers every request with the same small JSON document. Run as a
 * process of its own by floor.ts; tells its port over the IPC channel and ends with it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** About as long as a reply of a command. */
const BODY = JSON.stringify({ nothing: 'x'.repeat(300) });

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(BODY),
    });
    response.end(BODY);
  });
});
process.once('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
