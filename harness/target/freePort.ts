import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range from which systems hand out ports by themselves (Linux from 32768, others from 49152), above those of well-known
 * services: so a connection or a test server of somebody else cannot get the port before the implementation has taken it, and
 * be judged in its stead.
 */
const FIRST_PORT = 10_000;
const LAST_PORT = 32_000;
const MAX_ATTEMPTS = 50;

/**
 * That were given away in this process, the newest last. Who got one may not listen on it yet: a run starts some hundred instances, and two
 * of them with one port would judge each other's.
 */
const given = new Set<number>();
/** Far fewer than there are, far more than start at a time. */
const MAX_GIVEN = 5_000;

/** A port of 127.0.0.1 that nobody listens on. Drawn by chance, so that two runs side by side do not draw the same; never soon again. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (given.has(port)) continue;
    given.add(port);
    if (given.size > MAX_GIVEN) given.delete(given.values().next().value!);
    if (await isFree(port)) return port;
  }
  throw new Error(
    `Of ${MAX_ATTEMPTS} ports between ${FIRST_PORT} and ${LAST_PORT} none was free on 127.0.0.1.`,
  );
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = Promise.withResolvers<boolean>();
  server.once('error', () => listening.resolve(false));
  server.listen(port, '127.0.0.1', () => listening.resolve(true));
  if (!(await listening.promise)) return false;
  server.close();
  await once(server, 'close');
  return true;
}
