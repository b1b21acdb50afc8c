import { createServer } from 'node:net';
import { notePid } from './fakeServer.ts';

/** Healthy once, so that it gets as far as the checks; from then on it takes connections and says nothing. */
let asked = 0;
notePid();
createServer((socket) => {
  socket.on('error', () => undefined);
  asked += 1;
  if (asked === 1)
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok');
}).listen(Number(process.env['CASEMARK_PORT']), '127.0.0.1');
