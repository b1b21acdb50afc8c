/** What is done to the process of an implementation, each with what proves that it happened. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessExit } from '../target/startProcess.ts';
import type { Target } from '../target/target.ts';
import { evidence, notApplicableHere } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { tryConnect } from './faultProxy.ts';
import { groupMembers } from './processGroup.ts';

/** SIGKILL cannot be refused; only a machine that swaps needs longer. */
const MAX_KILL_WAIT_MS = 10_000;
/** After the exit the system closes the port at once. */
const MAX_PORT_WAIT_MS = 1_000;
/** A signal to stop or to go on is obeyed within a time slice. */
const MAX_STATE_WAIT_MS = 1_000;
/** A restart begins a process at once: it makes a folder and finds a port before. */
const MAX_BEGIN_WAIT_MS = 5_000;
/** How often what is awaited is looked at: fine enough for a recovery time in ms, coarse enough to leave the machine alone. */
const POLL_MS = 2;

/** A process that can be broken and started again. */
export interface ProcessControls {
  /** The leader of its group: the newest one's. */
  pid(): number | undefined;
  /** Where it listens, if it does. */
  port(): number | undefined;
  exit(): ProcessExit | undefined;
  /** To the whole group, at once. */
  signal(name: NodeJS.Signals): void;
  /** On the same data; resolves when it is ready, rejects when it does not get so far. */
  restart(): Promise<void>;
}

/** Undefined for a server that the harness did not start. */
export function processControls(target: Target): ProcessControls | undefined {
  const { process } = target;
  if (!process) return undefined;
  return {
    pid: () => process.pid(),
    port: () => (target.address === undefined ? undefined : Number(new URL(target.address).port)),
    exit: () => process.exit(),
    signal: (name) => process.signal(name),
    restart: () => target.restart(),
  };
}

/** SIGKILL to the group, and the proof of it. */
export async function kill9(controls: ProcessControls): Promise<Evidence> {
  const victim = chooseVictim(controls);
  victim.strike();
  return victim.evidence();
}

export interface Victim {
  /** SIGKILL now: synchronous, for the exact moment of a hook. */
  strike(): void;
  /** That it died of it: exit signal SIGKILL seen, and its port closed. */
  evidence(): Promise<Evidence>;
}

export function chooseVictim(controls: ProcessControls): Victim {
  const port = controls.port();
  let before: ProcessExit | undefined;
  let pid: number | undefined;
  return {
    strike() {
      before = controls.exit();
      pid = controls.pid();
      if (!before) controls.signal('SIGKILL');
    },
    async evidence() {
      if (before) return evidence('skipped', `it had ended before, ${told(before)}`, facts(before));
      await until(() => controls.exit() !== undefined, MAX_KILL_WAIT_MS);
      const exit = controls.exit();
      if (!exit) {
        return evidence('indeterminate', `process ${pid} was not seen to end after SIGKILL`);
      }
      if (exit.signal !== 'SIGKILL') {
        return evidence('indeterminate', `it ended, but ${told(exit)}`, facts(exit));
      }
      const closed = port === undefined ? 'none' : await portState(port);
      const known = { ...facts(exit), port: closed, kills: closed === 'open' ? 0 : 1 };
      return closed === 'open'
        ? evidence('indeterminate', `killed, but port ${port} is still open: who listens?`, known)
        : evidence('installed', 'ended with signal SIGKILL, and nothing listens any more', known);
    },
  };
}

/** SIGTERM; who has not ended by then is killed, which the evidence says. */
export async function terminate(controls: ProcessControls, graceMs: number): Promise<Evidence> {
  const before = controls.exit();
  if (before) return evidence('skipped', `it had ended before, ${told(before)}`, facts(before));
  const startMs = performance.now();
  controls.signal('SIGTERM');
  const inTime = await until(() => controls.exit() !== undefined, graceMs);
  const tookMs = Math.round(performance.now() - startMs);
  if (inTime) {
    const exit = controls.exit()!;
    return evidence('installed', `ended ${tookMs} ms after SIGTERM, ${told(exit)}`, {
      ...facts(exit),
      tookMs,
      graceful: exit.signal === null ? 'yes' : 'no',
    });
  }
  const killed = await kill9(controls);
  return evidence('installed', `did not end within ${graceMs} ms of SIGTERM, then: ${killed.why}`, {
    ...killed.facts,
    kills: 0,
    graceful: 'no',
  });
}

export interface Pause {
  readonly evidence: Evidence;
  /** SIGCONT; whether it runs again. */
  resume(): Promise<Evidence>;
}

/** SIGSTOP to the group: it keeps its connections and answers nothing. */
export async function pause(controls: ProcessControls): Promise<Pause> {
  const pid = controls.pid();
  const resume = async (): Promise<Evidence> => {
    controls.signal('SIGCONT');
    if (process.platform !== 'linux' || pid === undefined) return unseen();
    const goesOn = await until(() => stateOf(pid) !== 'T', MAX_STATE_WAIT_MS);
    return evidence(goesOn ? 'installed' : 'indeterminate', `state ${stateOf(pid)} after SIGCONT`);
  };
  if (pid === undefined || controls.exit()) {
    return { evidence: evidence('skipped', 'there is no process to be stopped'), resume };
  }
  controls.signal('SIGSTOP');
  if (process.platform !== 'linux') return { evidence: unseen(), resume };
  const stopped = await until(() => stateOf(pid) === 'T', MAX_STATE_WAIT_MS);
  const state = stateOf(pid);
  return {
    evidence: stopped
      ? evidence('installed', 'every process of the group is in state T (stopped)', { state })
      : evidence('indeterminate', `after SIGSTOP the group is in state ${state}`, { state }),
    resume,
  };
}

/** Kills it, starts it, and kills it again while it recovers. It is down afterwards. */
export async function doubleCrash(
  controls: ProcessControls,
  againAfterMs: number,
): Promise<Evidence> {
  const first = await kill9(controls);
  if (first.bite !== 'installed') return first;
  const firstPid = controls.pid();
  let recovered: 'yes' | 'no' = 'no';
  const starting = controls.restart().then(
    () => {
      recovered = 'yes';
    },
    () => undefined,
  );
  const begun = await until(() => controls.pid() !== firstPid, MAX_BEGIN_WAIT_MS);
  if (!begun) {
    return evidence('indeterminate', 'it was killed once and did not begin again', first.facts);
  }
  await sleep(againAfterMs);
  const recoveredBefore = recovered;
  const victim = chooseVictim(controls);
  victim.strike();
  const second = await victim.evidence();
  await starting;
  const kills = Number(first.facts['kills']) + Number(second.facts['kills'] ?? 0);
  const known = { ...second.facts, kills, againAfterMs, recoveredBefore };
  if (second.bite !== 'installed') return evidence('indeterminate', `second: ${second.why}`, known);
  return recoveredBefore === 'no'
    ? evidence('installed', `killed, and killed again ${againAfterMs} ms into its recovery`, known)
    : evidence('indeterminate', `it had recovered before the second kill`, known);
}

function unseen(): Evidence {
  const why = `${process.platform} has no /proc that tells whether a process is stopped`;
  return { ...notApplicableHere(why), bite: 'indeterminate' };
}

/** T when all of the group are stopped, else the state of one that is not; `gone` when there is none. */
function stateOf(groupId: number): string {
  const members = groupMembers(groupId);
  if (members.length === 0) return 'gone';
  return members.find(({ state }) => state !== 'T')?.state ?? 'T';
}

async function portState(port: number): Promise<'closed' | 'open'> {
  const startMs = performance.now();
  for (;;) {
    if ((await tryConnect(port)) === 'refused') return 'closed';
    if (performance.now() - startMs > MAX_PORT_WAIT_MS) return 'open';
    await sleep(POLL_MS);
  }
}

async function until(isSo: () => boolean, timeoutMs: number): Promise<boolean> {
  const startMs = performance.now();
  while (!isSo()) {
    if (performance.now() - startMs > timeoutMs) return false;
    await sleep(POLL_MS);
  }
  return true;
}

function told({ code, signal }: ProcessExit): string {
  return signal === null ? `with exit code ${code}` : `with signal ${signal}`;
}

function facts({ code, signal }: ProcessExit): Record<string, string | number> {
  return signal === null ? { exitCode: code ?? 'unknown' } : { exitSignal: signal };
}
