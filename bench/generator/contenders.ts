/** The generators that are measured against one another, each as something that can be asked for a session. */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Session, SessionResult } from './contender.ts';
import { pinMainThread, pinned } from './pinned.ts';

export type ContenderName = 'lanes' | 'autocannon' | 'wrk';

export interface Contender {
  readonly name: ContenderName;
  run(session: Session): Promise<SessionResult>;
  close(): void;
}

const PROGRAM = fileURLToPath(new URL('contender.ts', import.meta.url));
/** Beyond the seconds of a session. */
const GRACE_MS = 20_000;

/** A Node process that stays for all its sessions, so that it is warm after the first few. */
export async function nodeContender(
  name: 'lanes' | 'autocannon',
  port: number,
  core: number | undefined,
): Promise<Contender> {
  const child = fork(PROGRAM, [name, String(port)]);
  await once(child, 'message', { signal: AbortSignal.timeout(GRACE_MS) });
  pinMainThread(core, child.pid!);
  return {
    name,
    async run(session) {
      const signal = AbortSignal.timeout(session.seconds * 1000 + GRACE_MS);
      const answered = once(child, 'message', { signal });
      child.send(session);
      const [result] = (await answered) as [SessionResult];
      return result;
    },
    close: () => void child.kill(),
  };
}

export function wrkContender(port: number, core: number | undefined): Contender {
  return {
    name: 'wrk',
    async run({ connections, seconds }) {
      const args = ['-t1', `-c${connections}`, `-d${seconds}s`, `http://127.0.0.1:${port}/`];
      const timeout = seconds * 1000 + GRACE_MS;
      const { stdout } = await promisify(execFile)(...pinned(core, 'wrk', args), { timeout });
      return readWrk(stdout);
    },
    close: () => undefined,
  };
}

/** @param text what wrk prints */
export function readWrk(text: string): SessionResult {
  const rps = /^Requests\/sec: +([\d.]+)$/m.exec(text)?.[1];
  if (rps === undefined) throw new Error(`wrk printed no "Requests/sec": ${text.slice(0, 300)}`);
  const sockets = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text);
  const replies = /Non-2xx or 3xx responses: (\d+)/.exec(text);
  const errors = [...(sockets?.slice(1) ?? []), ...(replies?.slice(1) ?? [])];
  return { rps: Number(rps), errors: errors.reduce((sum, each) => sum + Number(each), 0) };
}
