import type { JsonClient } from '../../kit/jsonClient.ts';

/** One that has not answered by then is sent to again. */
const TIMEOUT_MS = 1000;

/** One attempt: whether the receiver took it. `path` begins with a slash; `body` is JSON. */
export async function postTo(
  client: JsonClient,
  worldUrl: string,
  path: string,
  body: string,
): Promise<boolean> {
  const { origin, pathname } = new URL(worldUrl);
  const base = pathname.replace(/\/$/, '');
  const call = { origin, method: 'POST', path: base + path, body, timeoutMs: TIMEOUT_MS } as const;
  const answer = await client(call);
  return answer.kind === 'answer' && answer.status === 200;
}
