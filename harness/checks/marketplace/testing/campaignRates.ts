/** The judge on trial: in how many seeds does it accuse? */
import { campaign } from '../campaign.ts';
import type { CampaignDefect } from './campaignDefects.ts';
import { DEFAULT_FREEDOMS } from './freedoms.ts';
import type { Freedoms } from './freedoms.ts';
import { playCampaign } from './marketCampaign.ts';
import type { PlayedCampaign } from './marketCampaign.ts';

/** Each with its clause. */
export function violationsOf({ history, finals, kills }: PlayedCampaign): readonly string[] {
  const findings = campaign.judge({ history, finals, kills, killsOnReply: 0 });
  return findings.flatMap(({ clause, violations }) =>
    violations.map((sentence) => `${clause}: ${sentence}`),
  );
}

/** @returns in how many seeds the defect's own clause is found broken */
export async function accusedSeeds(
  { name, clause }: CampaignDefect,
  seeds: readonly number[],
): Promise<number> {
  let accused = 0;
  for (const seed of seeds) {
    const played = await playCampaign(seed, { freedoms: DEFAULT_FREEDOMS, defects: [name] });
    if (violationsOf(played).some((sentence) => sentence.startsWith(clause))) accused += 1;
  }
  return accused;
}

/** Of an honest market: what it is accused of, which must be nothing. */
export async function falseAccusations(
  freedoms: Freedoms,
  seeds: readonly number[],
): Promise<string[]> {
  const accusations: string[] = [];
  for (const seed of seeds) {
    const violations = violationsOf(await playCampaign(seed, { freedoms }));
    accusations.push(...violations.map((sentence) => `seed ${seed}: ${sentence}`));
  }
  return accusations;
}

export function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
