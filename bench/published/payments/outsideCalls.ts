/** How the design's parts reach the outside services: one attempt, and an error for everything but 2xx. */
import { decodedStruct } from './decoded.ts';

export interface OutsideCalls {
  /** Rejects when there is no answer in the network's time, and when the answer is no success. */
  post(networkId: string, path: string, body: object): Promise<Readonly<Record<string, unknown>>>;
}

export function outsideCalls(
  worldUrl: string,
  timeoutMsOf: (networkId: string) => number,
): OutsideCalls {
  return {
    async post(networkId, path, body) {
      const reply = await fetch(worldUrl + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMsOf(networkId)),
      });
      const text = await reply.text();
      if (!reply.ok) throw new Error(`${path} answered ${reply.status}`);
      return decodedStruct(text);
    },
  };
}
