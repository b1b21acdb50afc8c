/** The part of a run that lets faults loose: plays the campaign, has it judged, and tells what it came to. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CampaignFinding } from '../checks/campaignJudge.ts';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { SpecError } from '../contract/specError.ts';
import { runCampaign } from '../fault/campaign.ts';
import type { Campaign } from '../fault/campaign.ts';
import {
  campaignFigures,
  killsByMoment,
  killsOnReply,
  shownRate,
} from '../fault/campaignFigures.ts';
import type { CampaignFigures } from '../fault/campaignFigures.ts';
import { campaignSeconds } from '../fault/campaignSeconds.ts';
import { CAMPAIGN_SCENARIO, campaignRows } from '../fault/campaignRows.ts';
import { durabilityText } from '../fault/durability.ts';
import { summariseFaults } from '../fault/faultSummary.ts';
import type { FaultSummary } from '../fault/faultSummary.ts';
import { plannedKills } from '../fault/faultSchedule.ts';
import { judgeFindings } from '../fault/judgeFindings.ts';
import { yearlyBudget } from '../fault/whatItShows.ts';
import type { History } from '../history/history.ts';
import { readHistory } from '../history/historyFile.ts';
import { MAX_TIMELINE_OPERATIONS, timelineHtml } from '../history/timelineHtml.ts';
import type { CampaignSummary } from '../report/campaignSummary.ts';
import type { ClauseJudgement, RunEvent } from '../run/event.ts';
import type { PlannedClause } from '../run/loadChecks.ts';
import type { TargetFactory } from '../target/targetFactory.ts';
import type { CampaignPlan } from './planCampaign.ts';

/** Within so long after a fault a failure is explained by it, where the case has no target for its recovery. */
const DEFAULT_RECOVERY_BOUND_MS = 5_000;
/** For the arithmetic on a year, where the case has no target for its availability. */
const DEFAULT_AVAILABILITY = 0.9999;
/** Fewer commands a second than were offered, or later ones: the generator was the bottleneck. */
const MAX_SEND_LAG_P99_MS = 100;
/** A campaign with fewer kills is a first look. */
const MIN_VALID_KILLS = 30;

export interface FaultsPartOptions {
  readonly caseStudy: CaseStudy;
  readonly factory: TargetFactory;
  readonly plan: Extract<CampaignPlan, { kind: 'ready' }>;
  /** Those that a campaign judges. */
  readonly clauses: readonly PlannedClause[];
  readonly seed: number;
  readonly replayCommand: string;
  /** For history.ndjson and timeline.html. */
  readonly dir: string;
  readonly onEvent: (event: RunEvent) => void;
}

/**
 * Never rejects for what an implementation does: what could not be judged is told so.
 * @throws SpecError
 */
export async function faultsPart(options: FaultsPartOptions): Promise<void> {
  const startedMs = performance.now();
  try {
    await perform(options, startedMs);
  } catch (error) {
    if (error instanceof SpecError) throw error;
    const reason = `The campaign of faults could not be carried out: ${(error as Error).message}`;
    tellNotJudged(options, reason);
  }
}

async function perform(options: FaultsPartOptions, startedMs: number): Promise<void> {
  const { caseStudy, factory, plan, seed, dir, onEvent } = options;
  const { profile, profileName, judge, workloadFile } = plan;
  const progress = (message: string): void => onEvent({ kind: 'progress', message });
  progress(`faults "${profileName}": set-up`);
  const historyPath = join(dir, 'history.ndjson');
  const campaign = await runCampaign({
    caseStudy,
    launch: (how) => factory.launch(how),
    world: factory.world,
    readyPath: factory.implementation.readyPath,
    profile,
    judge,
    workloadFile,
    seed,
    historyPath,
    onPhase: (name) => progress(`faults "${profileName}": ${name}`),
    onFault: (fault) => onEvent({ kind: 'fault', fault }),
  });
  progress('faults: reading the history');
  const history = await readHistory(historyPath);
  writeFileSync(join(dir, 'timeline.html'), timelineOf(caseStudy, history));

  const figures = campaignFigures({
    log: campaign.log,
    firstCounted: campaign.firstCounted,
    events: campaign.run.events,
    phases: campaign.run.phases,
    recoveryBoundMs: targetOf(caseStudy, 'recovery') ?? DEFAULT_RECOVERY_BOUND_MS,
  });
  const faults = summariseFaults(campaign.planned, campaign.run.events, figures.operationsInside);
  progress('faults: judging');
  const judged = judgeIt(options, campaign, history, faults);
  const judgements = judgeFindings({
    clauses: options.clauses,
    ...judged,
    faults,
    requiredKills: profile.required.kills,
    dead: campaign.dead,
    durationMs: performance.now() - startedMs,
    replayCommand: options.replayCommand,
  });
  for (const judgement of judgements) onEvent({ kind: 'clause-judged', judgement });
  tellUnasked(options, judged.findings);
  tellFigures(
    options,
    summaryOf(options, campaign, figures, faults, judgements),
    campaign,
    figures,
  );
}

interface JudgedFindings {
  readonly findings: readonly CampaignFinding[];
  readonly notJudged: string | undefined;
}

function judgeIt(
  { plan }: FaultsPartOptions,
  { finals, run }: Campaign,
  history: History,
  { kills }: FaultSummary,
): JudgedFindings {
  if (!finals) {
    const why = run.phases.find(({ name }) => name === 'final-reads')?.problem ?? 'not reached';
    return { findings: [], notJudged: `The final state could not be read: ${why}.` };
  }
  const evidence = {
    history,
    finals: finals.read,
    kills,
    killsOnReply: killsOnReply(run.events),
  };
  return { findings: plan.judge.judge(evidence), notJudged: undefined };
}

/** What a judge finds must not be lost because the spec does not ask for it. */
function tellUnasked(
  { clauses, caseStudy, onEvent }: FaultsPartOptions,
  findings: readonly CampaignFinding[],
): void {
  const asked = new Set(clauses.map(({ ref }) => ref));
  for (const { clause, violations } of findings) {
    if (asked.has(clause)) continue;
    const found =
      violations.length === 0
        ? 'nothing wrong'
        : `${violations.length} violations: ${violations[0]}`;
    onEvent({
      kind: 'note',
      message: `The campaign's judge says of ${clause}: ${found}. It decides nothing: spec/${caseStudy.id}/requirements.json does not say "by": "campaign" there.`,
    });
  }
}

function summaryOf(
  { plan, seed, caseStudy }: FaultsPartOptions,
  campaign: Campaign,
  figures: CampaignFigures,
  faults: FaultSummary,
  judgements: readonly ClauseJudgement[],
): CampaignSummary {
  const { run, planned, resolved } = campaign;
  const { availability, recovery } = figures;
  const { p50Ms, p99Ms, maxMs } = recovery;
  return {
    profile: plan.profileName,
    seed,
    ratePerS: plan.profile.ratePerS,
    commands: availability.overall.total,
    notSent: figures.notSent,
    unrepeatable: figures.unrepeatable,
    availability: {
      overall: shownRate(availability.overall),
      steady: shownRate(availability.steady),
      inside: Object.fromEntries(
        [...availability.insideFaults].map(([kind, rate]) => [kind, shownRate(rate)]),
      ),
      eventual: shownRate(figures.eventual),
      retried: shownRate(figures.retried),
      unexplained: shownRate(availability.unexplained),
      judged: shownRate(figures.judged),
    },
    recovery: {
      recovered: recovery.recovered,
      notSeen: recovery.notSeen,
      never: recovery.never,
      p50Ms: p50Ms ?? null,
      p99Ms: p99Ms ?? null,
      maxMs: maxMs ?? null,
    },
    kinds: faults.kinds.map(({ kind, planned: asked, installed, verdict, why }) => ({
      kind,
      planned: asked,
      installed,
      verdict,
      why,
    })),
    kills: {
      required: plan.profile.required.kills,
      evidenced: faults.kills,
      planned: plannedKills(planned),
      byMoment: killsByMoment(planned, run.events),
    },
    resolved,
    level: faults.levelReached ?? 'L0',
    durability: durabilityText({
      kills: faults.kills,
      killsOnReply: killsOnReply(run.events),
      allPassed: judgements.length > 0 && judgements.every(({ verdict }) => verdict === 'pass'),
    }),
    yearlyBudget: yearlyBudget(targetOf(caseStudy, 'success-rate') ?? DEFAULT_AVAILABILITY, p50Ms)
      .sentence,
    problems: run.phases.flatMap(({ name, problem }) =>
      problem === undefined ? [] : [`${name}: ${problem}`],
    ),
    seconds: campaignSeconds(campaign.log, campaign.firstCounted),
  };
}

function tellFigures(
  { caseStudy, plan, seed, onEvent }: FaultsPartOptions,
  summary: CampaignSummary,
  { log, cpu, ownCpu, run }: Campaign,
  { sendLagMs, availability }: CampaignFigures,
): void {
  const { profile, workloadFile } = plan;
  const [warmUp, steady, faults] = profile.phases;
  const durationS = steady.s + faults.s;
  const answered = availability.overall.available;
  const { maxShare } = workloadFile.refusals;
  const invalid = [
    ...(sendLagMs.p99 > MAX_SEND_LAG_P99_MS
      ? [`the harness sent late: p99 ${Math.round(sendLagMs.p99)} ms`]
      : []),
    ...(log.refused > maxShare * log.count
      ? [`${log.refused} of ${log.count} commands were refused, more than ${maxShare}`]
      : []),
    ...(run.healed.bite === 'installed' ? [] : [`not healed: ${run.healed.why}`]),
  ];
  const short =
    summary.kills.evidenced < MIN_VALID_KILLS
      ? [`${summary.kills.evidenced} kills of the ${MIN_VALID_KILLS} of a whole campaign`]
      : [];
  const { measurements, verdicts } = campaignRows({
    summary,
    targets: caseStudy.targets,
    context: {
      seed,
      generator: 'casemark campaign',
      pacing: 'timer',
      arrival: 'poisson',
      connections: 0,
      warmupS: warmUp.s,
      placement: 'shared',
      cpu: cpu && { ...cpu, generator: ownCpu },
      verified: 'every reply held to its schema, the history judged',
      validity: invalid.length > 0 ? 'invalid' : short.length > 0 ? 'indicative' : 'valid',
      validityReasons: [...invalid, ...short],
    },
    load: {
      connections: null,
      offeredRps: profile.ratePerS,
      achievedRps: Math.round(answered / durationS),
      durationS,
      sendlagP50Us: Math.round(sendLagMs.p50 * 1000),
      sendlagP99Us: Math.round(sendLagMs.p99 * 1000),
      sendlagMaxUs: Math.round(sendLagMs.max * 1000),
    },
  });
  for (const measurement of measurements) onEvent({ kind: 'measurement', measurement });
  for (const target of verdicts) onEvent({ kind: 'target', target });
  onEvent({ kind: 'campaign', campaign: summary });
}

function tellNotJudged({ clauses, caseStudy, onEvent }: FaultsPartOptions, reason: string): void {
  for (const { ref } of clauses) {
    onEvent({
      kind: 'clause-judged',
      judgement: { clause: ref, verdict: 'could-not-run', reason, hits: {}, durationMs: 0 },
    });
  }
  if (clauses.length === 0) onEvent({ kind: 'note', message: reason });
  for (const { id, profile } of caseStudy.targets) {
    if (profile !== CAMPAIGN_SCENARIO) continue;
    onEvent({ kind: 'target', target: { id, verdict: 'invalid', value: null, reason } });
  }
}

function timelineOf({ title }: CaseStudy, { operations, faults }: History): string {
  const shown = operations
    .toSorted((one, other) => one.callEvent - other.callEvent)
    .slice(-MAX_TIMELINE_OPERATIONS);
  const fromNs = shown[0]?.callNs ?? 0;
  return timelineHtml({
    title: `${title}: the last ${shown.length} operations of a campaign of faults`,
    operations: shown,
    faults: faults.filter(({ atNs }) => atNs >= fromNs),
  });
}

function targetOf({ targets }: CaseStudy, metric: string): number | undefined {
  return targets.find((each) => each.profile === CAMPAIGN_SCENARIO && each.metric === metric)
    ?.value;
}
