/**
 * Keeps cores from going to sleep while something is measured there. A core that has nothing to do is halted, and waking it takes tens to
 * hundreds of microseconds, milliseconds where a hypervisor has given it to somebody else meanwhile: at a low rate that is most of
 * what would be measured. A loop of the class SCHED_IDLE runs only while nothing else wants the core, and gives way at once.
 *
 * It stays in casemark's own session: Linux shares cores between sessions before it looks at classes, and in one of its own an idle
 * loop would be given half of the core. Linux with chrt, taskset and setpriv (util-linux); elsewhere cores sleep as they do.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

export interface AwakeCores {
  /** Processes of the loops, to know their time from that of other programs. Empty where cores may sleep. */
  readonly pids: readonly number[];
  stop(): void;
}

/** On a larger machine the loops would take more power, and so clock rate, than waking costs. */
const MAX_CORES = 4;
/** It ends by itself, should everything else fail: an hour or two of turns. */
const LOOP = 'turn=0; while [ $turn -lt 10000000000 ]; do turn=$((turn + 1)); done';
/** What cannot be started says so at once. */
const START_MS = 100;

const NONE: AwakeCores = { pids: [], stop: () => undefined };

export async function keepAwake(cores: readonly number[]): Promise<AwakeCores> {
  if (cores.length === 0 || cores.length > MAX_CORES || process.platform !== 'linux') return NONE;
  const started = await Promise.all(cores.map(start));
  const loops = started.filter((loop) => loop !== undefined);
  const stop = (): void => {
    for (const loop of loops) loop.kill('SIGKILL');
  };
  process.once('exit', stop);
  if (loops.length === cores.length) return { pids: loops.map(({ pid }) => pid!), stop };
  stop();
  return NONE;
}

/** Each program becomes the next, so the process that is started is the loop. It dies with casemark, however that ends. */
async function start(core: number): Promise<ChildProcess | undefined> {
  const idle = ['--idle', '0', 'taskset', '-c', String(core)];
  const child = spawn('chrt', [...idle, 'setpriv', '--pdeathsig', 'KILL', 'sh', '-c', LOOP], {
    stdio: 'ignore',
  });
  const ended = new Promise<'ended'>((resolve) => {
    child.once('error', () => resolve('ended'));
    child.once('exit', () => resolve('ended'));
  });
  if (child.pid === undefined) return undefined;
  child.unref();
  const runs = new Promise<'runs'>((resolve) => setTimeout(() => resolve('runs'), START_MS));
  return (await Promise.race([ended, runs])) === 'runs' ? child : undefined;
}
