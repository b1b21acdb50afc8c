/** Plays one planned fault from its injection to its verified end, and tells each step with its evidence. */
import { flipTail, truncateTail } from './dataDamage.ts';
import { evidence, notApplicableHere } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import type { FaultPhase } from './faultEvent.ts';
import type { FaultAction } from './faultFile.ts';
import type { PlannedFault } from './faultSchedule.ts';
import { bringUp, MAX_STEP_MS, verifyHealed, within } from './faultTools.ts';
import type { FaultTools } from './faultTools.ts';
import { chooseVictim, doubleCrash, kill9, pause, terminate } from './processFault.ts';
import type { ProcessControls } from './processFault.ts';
import { limitDescriptors, limitFileSize } from './processLimit.ts';
import type { HostFault } from './processLimit.ts';
import type { ProxyFault } from './proxyFault.ts';

export type Tell = (phase: FaultPhase, evidence: Evidence) => void;

type ActionOf<Kind extends FaultAction['kind']> = Extract<FaultAction, { kind: Kind }>;

/** Rejects only for errors of our own. It is over then all the same: what it had done is taken back. */
export async function playFault(
  planned: PlannedFault,
  tools: FaultTools,
  verifyTimeoutMs: number,
  tell: Tell,
): Promise<void> {
  const healed = await breakIt(planned, tools, tell);
  if (healed === 'nothing to heal') return;
  const well = await verifyHealed(tools, verifyTimeoutMs);
  tell(well.bite === 'installed' ? 'verified' : 'indeterminate', well);
}

type Healed = 'healed' | 'nothing to heal';

async function breakIt(planned: PlannedFault, tools: FaultTools, tell: Tell): Promise<Healed> {
  const { action } = planned;
  switch (action.kind) {
    case 'net.latency':
    case 'net.bandwidth':
    case 'net.slice':
    case 'net.blackhole':
    case 'net.reset':
    case 'net.end':
    case 'net.refuse':
    case 'net.lost-reply':
      return breakNetwork(action, planned.seed, tools, tell);
    case 'proc.kill9':
    case 'proc.term':
    case 'proc.pause':
    case 'proc.double-crash':
    case 'host.file-size':
    case 'host.descriptors':
    case 'host.disk-full':
    case 'host.tail-truncated':
    case 'host.tail-flipped': {
      const { process } = tools;
      if (!process) return skip(tell, notApplicableHere('the harness did not start this server'));
      if (process.exit()) return skip(tell, evidence('skipped', 'the process is not running'));
      return breakProcess(planned, process, tools, tell);
    }
  }
}

async function breakNetwork(
  action: ActionOf<ProxyFault['kind']>,
  seed: number,
  { proxy, clock, targetOf }: FaultTools,
  tell: Tell,
): Promise<Healed> {
  if (!proxy) return skip(tell, notApplicableHere('nothing stands between client and server'));
  const { durMs, ...rest } = action;
  const target = 'operations' in action ? targetOf(action.operations) : 'any';
  tell('injected', evidence('indeterminate', 'installed in the proxy'));
  const installed = await proxy.install({ ...rest, seed, target } as ProxyFault);
  await clock.sleep(durMs);
  const problem = await within(clock, MAX_STEP_MS, 'the removal', installed.remove()).then(
    () => undefined,
    (error: Error) => error.message,
  );
  // Whatever became of the removal: what it did until then is known.
  const found = installed.evidence();
  tell(observed(found), found);
  if (problem === undefined) tell('healed', evidence('installed', 'removed from the proxy'));
  else tell('indeterminate', evidence('indeterminate', `it could not be removed: ${problem}`));
  return 'healed';
}

async function breakProcess(
  planned: PlannedFault,
  process: ProcessControls,
  tools: FaultTools,
  tell: Tell,
): Promise<Healed> {
  const { action } = planned;
  const { clock } = tools;
  const injected = (what: string): void => tell('injected', evidence('indeterminate', what));
  const see = (found: Evidence): void => tell(observed(found), found);
  switch (action.kind) {
    case 'proc.kill9': {
      const found = planned.trigger
        ? await strikeAt(planned.trigger, process, tools, tell)
        : await strikeNow(process, tell);
      if (found === undefined) return 'nothing to heal';
      see(found);
      return startAgain(tools, action.restartAfterMs, tell);
    }
    case 'proc.term':
      injected('SIGTERM');
      see(await terminate(process, action.graceMs));
      return startAgain(tools, action.restartAfterMs, tell);
    case 'proc.double-crash':
      injected('SIGKILL, and again during the recovery');
      see(await within(clock, MAX_STEP_MS, 'it', doubleCrash(process, action.againAfterMs)));
      return startAgain(tools, action.restartAfterMs, tell);
    case 'proc.pause': {
      injected('SIGSTOP');
      const paused = await pause(process);
      see(paused.evidence);
      await clock.sleep(action.durMs);
      tell('healed', await paused.resume());
      return 'healed';
    }
    case 'host.file-size':
      injected('a limit on file sizes');
      return hold(await limitFileSize(process.pid()!, action.bytes), action.durMs, tools, tell);
    case 'host.descriptors':
      injected('a limit on descriptors');
      return hold(await limitDescriptors(process.pid()!, action.spare), action.durMs, tools, tell);
    case 'host.disk-full':
      if (!tools.disk) return skip(tell, notApplicableHere('the data is on no disk of its own'));
      injected('the disk is filled');
      return hold(tools.disk.fill(), action.durMs, tools, tell);
    case 'host.tail-truncated':
    case 'host.tail-flipped': {
      const { dataDir } = tools;
      if (dataDir === undefined) return skip(tell, notApplicableHere('its data is elsewhere'));
      injected('SIGKILL, then damage to its data');
      await kill9(process);
      const damage = { ...action, dataDir, seed: planned.seed };
      see(action.kind === 'host.tail-flipped' ? flipTail(damage) : truncateTail(damage));
      return startAgain(tools, action.restartAfterMs, tell);
    }
    case 'net.latency':
    case 'net.bandwidth':
    case 'net.slice':
    case 'net.blackhole':
    case 'net.reset':
    case 'net.end':
    case 'net.refuse':
    case 'net.lost-reply':
      throw new Error(`${action.kind} is no fault of a process: our own error.`);
  }
}

async function strikeNow(process: ProcessControls, tell: Tell): Promise<Evidence> {
  const victim = chooseVictim(process);
  tell('injected', evidence('indeterminate', 'SIGKILL'));
  victim.strike();
  return victim.evidence();
}

/** Undefined when the moment did not come. */
async function strikeAt(
  trigger: NonNullable<PlannedFault['trigger']>,
  process: ProcessControls,
  { proxy, clock, targetOf }: FaultTools,
  tell: Tell,
): Promise<Evidence | undefined> {
  const { moment, order, nth, timeoutMs } = trigger;
  if (!proxy) {
    skip(tell, notApplicableHere('nothing stands between client and server'));
    return undefined;
  }
  const victim = chooseVictim(process);
  const struck = Promise.withResolvers<string>();
  const armed = proxy.arm({
    moment,
    order,
    nth,
    target: targetOf(trigger.operations),
    act: (requestLine) => {
      victim.strike();
      tell('injected', evidence('indeterminate', `SIGKILL at ${moment}, ${order}`));
      struck.resolve(requestLine);
    },
  });
  const noMore = new AbortController();
  await Promise.race([struck.promise, clock.sleep(timeoutMs, noMore.signal)]);
  noMore.abort();
  armed.disarm();
  const requestLine = armed.fired();
  if (requestLine === undefined) {
    skip(tell, evidence('skipped', `no ${moment} number ${nth} came within ${timeoutMs} ms`));
    return undefined;
  }
  const found = await victim.evidence();
  return { ...found, facts: { ...found.facts, moment, order, nth, requestLine } };
}

async function startAgain(tools: FaultTools, afterMs: number, tell: Tell): Promise<Healed> {
  await tools.clock.sleep(afterMs);
  tell('healed', evidence('installed', 'told to start on the same data'));
  try {
    await bringUp(tools);
  } catch (error) {
    tell(
      'indeterminate',
      evidence('indeterminate', `it did not start: ${(error as Error).message}`),
    );
    return 'nothing to heal';
  }
  return 'healed';
}

async function hold(
  fault: HostFault,
  durMs: number,
  { clock }: FaultTools,
  tell: Tell,
): Promise<Healed> {
  tell(observed(fault.evidence), fault.evidence);
  if (fault.evidence.bite === 'skipped') return 'nothing to heal';
  try {
    await clock.sleep(durMs);
  } finally {
    tell('healed', await within(clock, MAX_STEP_MS, 'the end of the limit', fault.heal()));
  }
  return 'healed';
}

function observed({ bite }: Evidence): FaultPhase {
  return bite === 'installed' ? 'observed' : bite;
}

function skip(tell: Tell, why: Evidence): Healed {
  tell('skipped', why);
  return 'nothing to heal';
}
