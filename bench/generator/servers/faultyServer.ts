/** An HTTP server that does what its path says, right or wrong. Run without arguments; tells its port over IPC. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is slow takes about this long: sixteen parts. */
const PART_MS = 25;
const SLOW_PARTS = 16;

const BODY = JSON.stringify({ text: 'x'.repeat(300) });
const HEADERS = { 'content-type': 'application/json', 'content-length': BODY.length };
const HALF = BODY.slice(0, BODY.length / 2);

const server = createServer((request, response) => {
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  if (request.url === '/slow-read') return readSlowly(request, response);
  request.resume();
  request.once('end', () => answer(request, response));
});
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));

function answer({ url, socket }: IncomingMessage, response: ServerResponse): void {
  if (url === '/reset') return void socket.resetAndDestroy();
  response.writeHead(200, HEADERS);
  switch (url) {
    case '/truncated':
      return void response.write(HALF, () => socket.end());
    case '/silent':
      return void response.write(HALF);
    case '/slow-reply':
      return writeSlowly(response);
  }
  response.end(BODY);
}

function writeSlowly(response: ServerResponse): void {
  const size = Math.ceil(BODY.length / SLOW_PARTS);
  let at = 0;
  const next = (): void => {
    response.write(BODY.slice(at, at + size));
    at += size;
    if (at < BODY.length) setTimeout(next, PART_MS);
    else response.end();
  };
  setTimeout(next, PART_MS);
}

/** Leaves what it does not take where it is, so the sender's buffers fill up. */
function readSlowly(request: IncomingMessage, response: ServerResponse): void {
  request.on('data', () => {
    request.pause();
    setTimeout(() => request.resume(), PART_MS);
  });
  request.once('end', () => {
    response.writeHead(200, HEADERS);
    response.end(BODY);
  });
}
