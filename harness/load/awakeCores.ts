/**
 * Keeps cores from going to sleep while something is measured there. A core that has nothing to do is halted, and waking it takes tens to
 * hundreds of microseconds, milliseconds where a hypervisor has given it to somebody else meanwhile: at a low rate that is most of
 * what would be measured. A loop of the class SCHED_IDLE runs only while nothing else wants the core, and yields again and again: a loop that does
 * not may keep its turn for milliseconds from what the disk has woken (measured: 6 ms a durable write instead of 0.3). Linux with chrt and
 * taskset (util-linux) and perl; elsewhere cores sleep as they do.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { killGroup, takeCharge } from '../target/reaper.ts';

export interface AwakeCores {
  /** Process groups of the loops, to know their time from that of other programs. Empty where cores may sleep. */
  readonly processGroups: readonly number[];
  stop(): void;
}

/** On a larger machine the loops would take more power, and so clock rate, than waking costs. */
const MAX_CORES = 4;
/** It ends by itself, should everything else fail. */
const MAX_S = 6 * 3600;
/** System calls by their numbers: no program of a base system just makes them, and perl, without modules, makes what it is told to. */
const CALLS: Readonly<
  Partial<Record<NodeJS.Architecture, { readonly yields: number; readonly clock: number }>>
> = { x64: { yields: 24, clock: 228 }, arm64: { yields: 124, clock: 113 } };
/**
 * Beside loops that never pause, a core of a virtual machine may stand still for 100 ms, as if more had been used than the machine
 * may use (measured as stolen time: six times in 60 s; with the pause not once in 90).
 */
const AWAKE_MS = 9.5;
const PAUSE_MS = 0.5;
const YIELDING = `
  my ($seconds, $yields, $clock, $awakeMs, $pauseMs) = map { $_ + 0 } @ARGV;
  my $time = " " x 16;
  sub nowMs { syscall($clock, 1, $time); my ($s, $ns) = unpack("q2", $time); $s * 1e3 + $ns / 1e6 }
  my $endMs = nowMs() + $seconds * 1e3;
  for (my $nowMs = nowMs(); $nowMs < $endMs; $nowMs = nowMs()) {
    do { syscall($yields) for 1 .. 20 } while nowMs() < $nowMs + $awakeMs;
    select(undef, undef, undef, $pauseMs / 1e3);
  }`;
/** What cannot be started says so at once. */
const START_MS = 100;
/**
 * Where Linux groups processes by session (autogroup), SCHED_IDLE counts within a session only, and two sessions that both have work
 * get half of a core each. The lowest weight of a group leaves the others 98 %.
 */
const LOWEST_GROUP_NICE = '19';
/** Linux takes ten changes a second of users other than root; every core has one, and a few of them are in vain. */
const MAX_GROUP_ATTEMPTS = 20;
const GROUP_RETRY_MS = 60;

export async function keepAwake(cores: readonly number[]): Promise<AwakeCores> {
  if (cores.length === 0 || cores.length > MAX_CORES || process.platform !== 'linux') return NONE;
  const started = await Promise.all(cores.map(start));
  const loops = started.filter((loop) => loop !== undefined);
  const stop = (): void => {
    for (const { child, giveUp } of loops) {
      if (child.exitCode === null && child.signalCode === null) killGroup(child.pid!);
      giveUp();
    }
  };
  if (loops.length === cores.length)
    return { processGroups: loops.map(({ child }) => child.pid!), stop };
  stop();
  return NONE;
}

const NONE: AwakeCores = { processGroups: [], stop: () => undefined };

interface Loop {
  readonly child: ChildProcess;
  readonly giveUp: () => void;
}

/** @returns undefined when it does not run */
async function start(core: number): Promise<Loop | undefined> {
  const calls = CALLS[process.arch];
  if (!calls) return undefined;
  const numbers = [MAX_S, calls.yields, calls.clock, AWAKE_MS, PAUSE_MS].map(String);
  const loop = ['perl', '-e', YIELDING, ...numbers];
  const child = spawn('chrt', ['--idle', '0', 'taskset', '-c', String(core), ...loop], {
    detached: true,
    stdio: 'ignore',
  });
  const ended = new Promise<'ended'>((resolve) => {
    child.once('error', () => resolve('ended'));
    child.once('exit', () => resolve('ended'));
  });
  if (child.pid === undefined) return undefined;
  const giveUp = takeCharge({ pid: child.pid, dataDir: undefined });
  child.unref();
  const runs = sleep(START_MS, 'runs' as const);
  const isGentle = await putLast(child.pid);
  if (isGentle && (await Promise.race([ended, runs])) === 'runs') return { child, giveUp };
  if (child.exitCode === null && child.signalCode === null) killGroup(child.pid);
  giveUp();
  return undefined;
}

/** @returns whether its session gives way to all others */
async function putLast(session: number): Promise<boolean> {
  const file = `/proc/${session}/autogroup`;
  if (!existsSync(file)) return true;
  for (let attempt = 0; attempt < MAX_GROUP_ATTEMPTS; attempt += 1) {
    try {
      writeFileSync(file, LOWEST_GROUP_NICE);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return false;
    }
    await sleep(GROUP_RETRY_MS);
  }
  return false;
}
