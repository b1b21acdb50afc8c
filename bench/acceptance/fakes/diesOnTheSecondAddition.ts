/** Right about a first addition; a second one to the same tally kills it. */
import { answerJson, fakeServer } from './fakeServer.ts';

const totals = new Map<string, number>();

fakeServer(async (request, response) => {
  const [, , , tally, verb] = request.url!.split('/');
  const total = totals.get(tally!);
  if (verb !== 'add') {
    return total === undefined
      ? answerJson(response, 404, { code: 'UNKNOWN_TALLY' })
      : answerJson(response, 200, { tally, total, additions: 1 });
  }
  if (total !== undefined) {
    console.error('out of ink');
    process.exit(9);
  }
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { by } = JSON.parse(body) as { by: number };
  totals.set(tally!, by);
  answerJson(response, 200, { tally, total: by, additions: 1 });
});
