import { fakeServer } from './fakeServer.ts';

/** A hundred megabytes: more than anybody asked for. */
const CHUNK = Buffer.alloc(1024 * 1024, 'a');
const CHUNKS = 100;

fakeServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"tally":"');
  let sent = 0;
  const more = (): void => {
    while (sent < CHUNKS && !response.destroyed) {
      sent += 1;
      if (!response.write(CHUNK)) return;
    }
    response.end('"}');
  };
  response.on('drain', more);
  response.on('error', () => undefined);
  more();
});
