/**
 * A server that does nothing, for the floor of this machine: it answers every request with the same small JSON document, and says
 * back what comes over a WebSocket.
 * Usage: node httpServer.ts PORT
 */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/** About as long as a reply of a command. */
const BODY = JSON.stringify({ nothing: 'x'.repeat(300) });
const HEADERS = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) };

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    response.writeHead(200, HEADERS);
    response.end(BODY);
  });
});
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
server.listen(Number(process.argv[2]), '127.0.0.1');
