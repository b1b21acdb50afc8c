/**
 * A server that does nothing, for the floor of this machine: it answers every request with the same small JSON document.
 * Usage: node httpServer.ts PORT
 */
import { createServer } from 'node:http';

/** About as long as a reply of a command. */
const BODY = JSON.stringify({ nothing: 'x'.repeat(300) });
const HEADERS = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) };

createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    response.writeHead(200, HEADERS);
    response.end(BODY);
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
