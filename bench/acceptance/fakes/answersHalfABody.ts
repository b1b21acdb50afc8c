import { fakeServer } from './fakeServer.ts';

fakeServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"tally":"t","to', () => response.destroy());
});
