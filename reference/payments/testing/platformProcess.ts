/** For tests: the platform as a real process, which can be killed, and its outside services as stubs that outlive it. */
import type { Answer } from '../../kit/service.ts';
import { startService } from '../../kit/serviceProcess.ts';
import type { ServiceProcess } from '../../kit/serviceProcess.ts';
import { temporaryDir } from '../../kit/temporaryDir.ts';
import { CASE_DIR } from '../paymentService.ts';
import { startOutsideStub } from './outsideStub.ts';
import type { OutsideStub } from './outsideStub.ts';
import { NETWORK, SETTINGS, START_MS } from './testPlatform.ts';

/** Nothing here waits for a call to time out: on a busy machine an answer may take its time, above all after a start. */
const CALL_TIMEOUT_MS = 20_000;

export interface PlatformProcess {
  readonly outside: OutsideStub;
  readonly dataDir: string;
  pid(): number;
  /** Rejects when the connection is lost before the reply. */
  call(operation: string, input: object): Promise<Answer>;
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startPlatformProcess(): Promise<PlatformProcess> {
  const dir = temporaryDir();
  const outside = await startOutsideStub();
  const args = ['--data', dir.path, '--clock-ms', String(START_MS), '--world-url', outside.url];
  const spawn = (): Promise<ServiceProcess> =>
    startService({ dir: `${import.meta.dirname}/..`, caseDir: CASE_DIR, args });
  let running = await spawn();
  const call = (operation: string, input: object) =>
    running.call(operation, input as Record<string, unknown>);
  for (const [operation, input] of SETTINGS) await call(operation, input);
  await call('putNetwork', { ...NETWORK, callTimeoutMs: CALL_TIMEOUT_MS });
  return {
    outside,
    dataDir: dir.path,
    pid: () => running.pid,
    call,
    kill: () => running.kill(),
    async start() {
      running = await spawn();
    },
    async close() {
      await running.kill();
      await outside.close();
      dir.remove();
    },
  };
}
