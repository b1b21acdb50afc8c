/** A campaign of faults for somebody who reads it in a terminal. */
import type { CampaignSummary, ShownRate } from './campaignSummary.ts';

export function campaignText(summary: CampaignSummary): string {
  const { availability, recovery, kills, kinds, resolved } = summary;
  const { profile, seed, commands, ratePerS, notSent } = summary;
  const unexplained = availability.unexplained.total - availability.unexplained.successes;
  const lines = [
    `campaign of faults "${profile}", seed ${seed}: ${commands} commands at ${ratePerS}/s, ${notSent} of them with no client free`,
    `  overall       ${rateText(availability.overall)}`,
    `  steady        ${rateText(availability.steady)}`,
    ...Object.entries(availability.inside).map(
      ([kind, rate]) => `  in ${kind.padEnd(18)} ${rateText(rate)}`,
    ),
    `  eventually    ${rateText(availability.eventual)}`,
    `  by retry      ${availability.retried.successes} of ${availability.retried.total} commands that failed at first, within 10 s; ${summary.unrepeatable} more have no idempotency key`,
    `  unexplained   ${unexplained} failures outside of every fault and its recovery`,
    `  recovery      ${recoveryText(recovery)}`,
    `  kills         ${kills.evidenced} seen to bite of ${kills.planned} planned, ${kills.required} required`,
    ...kills.byMoment.map(
      ({ moment, evidenced, planned }) => `                ${evidenced} of ${planned} ${moment}`,
    ),
    `  faults        ${kinds.map(({ kind, installed, planned }) => `${kind} ${installed}/${planned}`).join(', ')}`,
    ...kinds
      .filter(({ verdict }) => verdict === 'could-not-run')
      .map(({ kind, why }) => `                ${kind} could not run: ${why}`),
    `  lost replies  ${resolved.found} found, ${resolved.absent} absent, ${resolved.unanswered} unanswered, beyond those that a retry settled`,
    `  level         ${summary.level}`,
    `  durability    ${summary.durability}`,
    `  a year        ${summary.yearlyBudget} (arithmetic)`,
    ...summary.problems.map((problem) => `  problem       ${problem}`),
  ];
  return lines.join('\n');
}

function rateText({ successes, total, rate, low, high, shows }: ShownRate): string {
  if (rate === null) return 'not one command';
  return `${percent(rate)} (${successes} of ${total}; 95 %: ${percent(low)} to ${percent(high)}): ${shows}`;
}

function recoveryText({
  recovered,
  notSeen,
  never,
  p50Ms,
  p99Ms,
  maxMs,
}: CampaignSummary['recovery']): string {
  const unseen = `${notSeen} not seen${never === 0 ? '' : `, ${never} never`}`;
  if (p50Ms === null || p99Ms === null || maxMs === null) return `none seen; ${unseen}`;
  const [p50, p99, max] = [p50Ms, p99Ms, maxMs].map((ms) => Math.round(ms));
  return `p50 ${p50} ms, p99 ${p99} ms, max ${max} ms of ${recovered} kills (told to start to first success); ${unseen}`;
}

function percent(rate: number): string {
  return `${Number((rate * 100).toFixed(4))} %`;
}
