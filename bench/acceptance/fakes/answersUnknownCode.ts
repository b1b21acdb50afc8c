import { answerJson, fakeServer } from './fakeServer.ts';

fakeServer((_request, response) => answerJson(response, 418, { code: 'TEAPOT' }));
