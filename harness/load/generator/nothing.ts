/** The request that asks for nothing: about as long as a command, answered by any server as it likes. */
import type { LoadRequest } from '../loadRequest.ts';

const INPUT = { nothing: 'x'.repeat(200) };

export const NOTHING: LoadRequest = {
  operation: 'nothing',
  input: INPUT,
  http: { method: 'POST', path: '/nothing', body: JSON.stringify(INPUT) },
  judge: (reply) => {
    const answered =
      reply.kind === 'http' ? reply.status === 200 : reply.answer.kind !== 'indeterminate';
    return answered
      ? { kind: 'ok' }
      : { kind: 'error', reason: 'a server that does nothing did not even do that' };
  },
};
