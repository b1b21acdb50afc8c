import { fakeServer } from './fakeServer.ts';

fakeServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>It works!</html>');
});
