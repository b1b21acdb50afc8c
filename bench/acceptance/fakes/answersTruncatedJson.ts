import { fakeServer } from './fakeServer.ts';

fakeServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"tally":"t","to');
});
