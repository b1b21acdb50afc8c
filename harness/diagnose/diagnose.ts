/** Runs an implementation under Clinic Doctor and the case's workload, and keeps the page that Doctor makes of it. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { SpecError } from '../contract/specError.ts';
import type { Implementation } from '../target/implementation.ts';
import { openWorld } from '../world/openWorld.ts';
import { launchTarget } from '../target/launchTarget.ts';
import { takeCharge } from '../target/reaper.ts';
import { LaunchError } from '../target/startImplementation.ts';
import type { Target } from '../target/target.ts';
import { diagnosisLoad } from './diagnosisLoad.ts';
import { findDoctor } from './findDoctor.ts';

export interface DiagnoseOptions {
  readonly caseStudy: CaseStudy;
  readonly implementation: Implementation;
  readonly profile: string;
  readonly durationS: number;
  /** The page is written there. */
  readonly outDir: string;
  /** Multiplies every wait. */
  readonly patience: number;
  readonly onProgress: (sentence: string) => void;
  /** Where Doctor is looked for. Default: the working folder, then casemark's own. */
  readonly places?: readonly string[];
}

export interface Diagnosis {
  readonly htmlFile: string;
  readonly answered: number;
  readonly errors: number;
}

/** Stopping the implementation, and the analysis: it bundles a whole web page, some 20 s of a core, and more for a long trace. */
const MAX_ANALYSIS_MS = 180_000;
const POLL_MS = 100;

/** The source when this is the source, the compiled file when this is compiled. */
const helperFile = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? './underDoctor.ts' : './underDoctor.js',
    import.meta.url,
  ),
);

/**
 * @throws SpecError when it is no Node implementation over HTTP, the case has no such load, or Doctor is not installed
 * @throws LaunchError when it did not come up, took no load, or Doctor made no page of it
 */
export async function diagnose(options: DiagnoseOptions): Promise<Diagnosis> {
  const { caseStudy, implementation, patience, onProgress } = options;
  requireNode(implementation);
  const load = diagnosisLoad(caseStudy, options.profile, options.durationS);
  const doctorFile = findDoctor(options.places);

  const scratchDir = mkdtempSync(join(tmpdir(), 'casemark-diagnose-'));
  const made = join(scratchDir, `${caseStudy.id}-doctor.html`);
  const world = caseStudy.world && (await openWorld(caseStudy));
  let target: Target | undefined;
  let giveUp: (() => void) | undefined;
  try {
    onProgress(`starting ${implementation.name} under Clinic Doctor`);
    const helper = [process.execPath, '--disable-warning=ExperimentalWarning', helperFile];
    const launchWith = [...helper, doctorFile, scratchDir, made];
    target = await launchTarget(caseStudy, implementation, {
      launchWith,
      patience,
      world,
    });
    // The launch answers for the data of the implementation; the scratch folder has to go with it.
    giveUp = takeCharge({ pid: target.processGroup!, dataDir: scratchDir });
    onProgress(`load: ${load.connections} connections, ${load.durationS} s`);
    const { ok, refused, errors, errorSamples } = await load.run(target);
    const answered = ok + refused;
    onProgress(
      `${answered} requests answered, ${errors} errors (watched, so this is no measurement)`,
    );
    for (const sample of errorSamples) onProgress(`error: ${sample}`);
    if (answered === 0) throw new LaunchError('No request was answered: there is nothing to see.');
    onProgress('stopping it; Clinic Doctor analyses, which takes up to a minute');
    await analysed(target, MAX_ANALYSIS_MS * patience);
    if (!existsSync(made)) throw new LaunchError(`Clinic Doctor made no page: ${target.ended()}`);
    mkdirSync(options.outDir, { recursive: true });
    const htmlFile = join(resolve(options.outDir), basename(made));
    copyFileSync(made, htmlFile);
    return { htmlFile, answered, errors };
  } finally {
    await target?.close();
    await world?.close();
    giveUp?.();
    rmSync(scratchDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Doctor is loaded into the process that it watches, so that has to be Node's, started as such. */
function requireNode({ source, start, binding }: Implementation): void {
  const advice = `diagnose watches Node implementations that are reached over http: give ${source} a "command" like ["node", "main.js", ...].`;
  if (start.kind !== 'command' || binding !== 'http') {
    throw new SpecError(`${source} is reached by ${start.kind}, binding ${binding}. ${advice}`);
  }
  const program = basename(start.command[0]!).replace(/\.exe$/, '');
  if (program === 'node') return;
  throw new SpecError(`${source} is started by "${start.command[0]}", not by node. ${advice}`);
}

/** Only the helper is told: it passes the signal on, and a second one would cut the flush of the first short. */
async function analysed(target: Target, timeoutMs: number): Promise<void> {
  if (target.ended() === undefined) process.kill(target.processGroup!, 'SIGINT');
  const until = performance.now() + timeoutMs;
  while (target.ended() === undefined && performance.now() < until) await sleep(POLL_MS);
  if (target.ended() === undefined) {
    throw new LaunchError(
      `Clinic Doctor did not finish within ${timeoutMs} ms: give fewer --seconds, or --patience 10x.`,
    );
  }
}
