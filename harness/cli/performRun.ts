/** A run: smoke, check and bench as far as they were asked for; the record while it goes on, the reports at its end. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { suiteVersion } from '../contract/packageRoot.ts';
import { displayPath } from '../contract/readDataFile.ts';
import { CAMPAIGN_SCENARIO } from '../fault/campaignRows.ts';
import { buildReport } from '../report/buildReport.ts';
import { environment } from '../report/environment.ts';
import { exitCodeOf } from '../report/exitCode.ts';
import type { Report } from '../report/report.ts';
import { openRunRecord } from '../report/runRecord.ts';
import { terminalSummary } from '../report/terminalSummary.ts';
import { writeReports } from '../report/writeReports.ts';
import type { RunEvent, RunStarted } from '../run/event.ts';
import { planChecks } from '../run/loadChecks.ts';
import type { PlannedClause } from '../run/loadChecks.ts';
import { runChecks } from '../run/runChecks.ts';
import { smoke } from '../run/smoke.ts';
import { openImplementation } from '../target/openImplementation.ts';
import type { Opened } from '../target/openImplementation.ts';
import type { TargetFactory } from '../target/targetFactory.ts';
import { faultsPart } from './faultsPart.ts';
import { loadBench } from './loadBench.ts';
import type { RunCliOptions } from './options.ts';
import { planCampaign } from './planCampaign.ts';
import type { CampaignPlan } from './planCampaign.ts';
import { progress } from './progress.ts';
import { replayCommand, replayFaults, runCommand } from './replayCommand.ts';

export type Part = 'smoke' | 'check' | 'bench' | 'faults';

/** Asking git which commit is judged is a courtesy that may not hold a run up. */
const MAX_GIT_MS = 2_000;

/** @returns the exit code */
export async function performRun(
  verb: string,
  parts: readonly Part[],
  caseId: string,
  options: RunCliOptions,
): Promise<number> {
  const opened = await openImplementation(caseId, options);
  try {
    const report = await recordRun(verb, parts, opened, options);
    print(report, options.out);
    const targetsDecide = verb === 'bench' || verb === 'faults' || options.requireTargets === true;
    return exitCodeOf(report, targetsDecide ? 'required' : 'reported');
  } finally {
    await opened.close();
  }
}

/** One run with its record, without a word about what it found. */
export async function recordRun(
  verb: string,
  parts: readonly Part[],
  { caseStudy, factory }: Opened,
  options: RunCliOptions,
): Promise<Report> {
  const caseId = caseStudy.id;
  const judges = parts.includes('check') || parts.includes('faults');
  const clauses = judges ? await planChecks(caseStudy, options.only) : [];
  const byCampaign = clauses.filter(({ clause }) => clause.by === 'campaign');
  const planned = parts.includes('check') ? clauses : byCampaign;
  const campaign = parts.includes('faults')
    ? await campaignPlan(verb, caseStudy, factory, options, byCampaign)
    : undefined;
  const runBench = parts.includes('bench') ? await loadBench() : undefined;
  const record =
    options.out === undefined
      ? undefined
      : openRunRecord(options.out, parts.includes('check') ? 'of checks' : 'none');
  const shown = progress(process.stderr);
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent): void => {
    record?.event(event);
    shown.event(event);
    events.push(event);
  };

  const startedMs = performance.now();
  const refs = new Set(planned.map(({ ref }) => ref));
  onEvent(runStarted(verb, caseStudy, factory, options, refs));
  if (parts.includes('smoke')) await smokeOnce(caseStudy, factory, onEvent);
  if (parts.includes('check')) {
    await runChecks(
      caseStudy,
      factory,
      {
        seed: options.seed,
        effort: options.effort,
        patience: options.patience,
        ...(options.only && { only: options.only }),
        ...(campaign?.kind === 'ready' && { campaign: 'follows' as const }),
        replayCommand: (clause) => replayCommand(caseId, options, clause),
        onEntry: (clause, entry) => record?.call(clause, entry),
      },
      onEvent,
    );
  }
  if (runBench) {
    const measured = campaign?.kind === 'ready' ? withoutCampaignTargets(caseStudy) : caseStudy;
    await benchOnce(runBench, measured, factory, options, onEvent);
  }
  if (campaign?.kind === 'none') {
    onEvent({ kind: 'note', message: campaign.why });
    if (!parts.includes('check')) tellExcluded(byCampaign, campaign.why, onEvent);
  }
  if (campaign?.kind === 'ready') {
    const work = { caseStudy, factory, plan: campaign, clauses: byCampaign, seed: options.seed };
    await inFaultsDir(parts, options.out, (dir) =>
      faultsPart({
        ...work,
        dir,
        replayCommand: replayFaults(caseId, options, campaign.profileName),
        onEvent,
      }),
    );
  }
  for (const complaint of (await factory.world?.complaints()) ?? []) {
    onEvent({ kind: 'note', message: `outside services: ${complaint}` });
  }
  onEvent({ kind: 'run-ended', durationMs: Math.round(performance.now() - startedMs) });
  record?.close();
  shown.end();

  return buildReport(events);
}

/** A bench names its profile for the load; faults.json need not have one of the same name. */
async function campaignPlan(
  verb: string,
  caseStudy: CaseStudy,
  factory: TargetFactory,
  options: RunCliOptions,
  clauses: readonly PlannedClause[],
): Promise<CampaignPlan> {
  if (options.only !== undefined && clauses.length === 0) {
    return { kind: 'none', why: 'no campaign of faults: none of what --only names needs one.' };
  }
  const unknownProfile = verb === 'faults' ? 'refused' : 'quick';
  return planCampaign(caseStudy, factory, options.profile, unknownProfile);
}

/** Beside the record where that has no history of its own; in a folder of its own in a whole run. */
async function inFaultsDir(
  parts: readonly Part[],
  out: string | undefined,
  work: (dir: string) => Promise<void>,
): Promise<void> {
  const dir =
    out === undefined
      ? mkdtempSync(join(tmpdir(), 'casemark-faults-'))
      : parts.includes('check')
        ? join(out, 'faults')
        : out;
  mkdirSync(dir, { recursive: true });
  try {
    await work(dir);
  } finally {
    if (out === undefined) rmSync(dir, { recursive: true, force: true });
  }
}

/** The campaign answers them: they must not be told as not measured before. */
function withoutCampaignTargets(caseStudy: CaseStudy): CaseStudy {
  const targets = caseStudy.targets.filter(({ profile }) => profile !== CAMPAIGN_SCENARIO);
  return { ...caseStudy, targets };
}

function tellExcluded(
  clauses: readonly PlannedClause[],
  reason: string,
  onEvent: (event: RunEvent) => void,
): void {
  for (const { ref } of clauses) {
    const judgement = {
      clause: ref,
      verdict: 'excluded',
      reason,
      hits: {},
      durationMs: 0,
    } as const;
    onEvent({ kind: 'clause-judged', judgement });
  }
}

export function print(report: Report, out: string | undefined): void {
  console.log(terminalSummary(report, process.stdout.isTTY ? 'colour' : 'plain'));
  if (out === undefined) return;
  const files = writeReports(report, out);
  console.log(`written to ${displayPath(out)}: events.ndjson, history.ndjson, ${files.join(', ')}`);
}

/** An implementation that does not come up is told by each of its checks; smoke says it first. */
async function smokeOnce(
  caseStudy: CaseStudy,
  factory: TargetFactory,
  onEvent: (event: RunEvent) => void,
): Promise<void> {
  let target;
  try {
    target = await factory.launch();
  } catch (error) {
    const sentence = (error as Error).message;
    onEvent({ kind: 'smoke', line: { name: '(start)', outcome: 'broken', sentence } });
    return;
  }
  try {
    await smoke(caseStudy, target, (line) => onEvent({ kind: 'smoke', line }));
  } finally {
    await target.close();
  }
}

async function benchOnce(
  runBench: Awaited<ReturnType<typeof loadBench>>,
  caseStudy: CaseStudy,
  factory: TargetFactory,
  options: RunCliOptions,
  onEvent: (event: RunEvent) => void,
): Promise<void> {
  const outDir = options.out ?? mkdtempSync(join(tmpdir(), 'casemark-bench-'));
  try {
    await runBench({
      caseStudy,
      implementation: factory.implementation,
      ownInstances: factory.ownInstances,
      launch: (how) => factory.launch(how),
      ...(options.scenario && { scenarios: options.scenario }),
      generatorThreads: options.generatorThreads,
      profile: options.profile,
      seed: options.seed,
      outDir,
      onEvent,
    });
  } catch (error) {
    // What was measured before it stands in the record already; that something is missing must not look like success.
    const reason = `The bench ended early: ${(error as Error).message}`;
    onEvent({ kind: 'target', target: { id: '(bench)', verdict: 'invalid', value: null, reason } });
  } finally {
    if (options.out === undefined) rmSync(outDir, { recursive: true, force: true });
  }
}

function runStarted(
  verb: string,
  caseStudy: CaseStudy,
  { implementation, ownInstances }: TargetFactory,
  options: RunCliOptions,
  planned: ReadonlySet<string>,
): RunStarted {
  const { id, title, specVersion, sha256 } = caseStudy;
  const { name, version, language, source } = implementation;
  return {
    kind: 'run-started',
    runId: randomUUID(),
    startedUtc: new Date().toISOString(),
    verb,
    suiteVersion,
    case: { id, title, specVersion, sha256 },
    implementation: { name, version, language, source },
    binding: implementation.binding,
    launched: ownInstances,
    capabilities: [...implementation.capabilities].sort(),
    seed: options.seed,
    effort: options.effort,
    only: options.only ?? null,
    requirements: caseStudy.requirements
      .map((requirement) => ({
        ...requirement,
        clauses: requirement.clauses.filter(({ key }) => planned.has(`${requirement.id}.${key}`)),
      }))
      .filter(({ clauses }) => clauses.length > 0),
    targets: [...caseStudy.targets],
    knownFailures: [...implementation.knownFailures],
    environment: environment(),
    gitSha: gitSha(implementation.dir),
    command: runCommand(verb, id, options),
  };
}

function gitSha(dir: string): string | null {
  try {
    const sha = execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: dir,
      timeout: MAX_GIT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return sha.toString('utf8').trim();
  } catch {
    return null;
  }
}
