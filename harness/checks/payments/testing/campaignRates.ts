/** The judge on trial: in how many seeds does it accuse? */
import { campaign } from '../campaign.ts';
import type { CampaignDefect } from './campaignDefects.ts';
import { soundParts } from './campaignPlatform.ts';
import { DEFAULT_FREEDOMS } from './freedoms.ts';
import type { Freedoms } from './freedoms.ts';
import { playCampaign } from './paymentsCampaign.ts';
import type { PlayedCampaign } from './paymentsCampaign.ts';

/** Each with its clause. */
export function violationsOf({ history, finals, kills }: PlayedCampaign): readonly string[] {
  const findings = campaign.judge({ history, finals, kills, killsOnReply: 0 });
  return findings.flatMap(({ clause, violations }) =>
    violations.map((sentence) => `${clause}: ${sentence}`),
  );
}

/** @returns in how many seeds the defect's own clause is found broken */
export async function accusedSeeds(
  { parts, defect, clause }: CampaignDefect,
  seeds: readonly number[],
): Promise<number> {
  let accused = 0;
  for (const seed of seeds) {
    const played = await playCampaign(seed, parts, { freedoms: DEFAULT_FREEDOMS, defect });
    if (violationsOf(played).some((sentence) => sentence.startsWith(clause))) accused += 1;
  }
  return accused;
}

/** Of an honest platform: what it is accused of, which must be nothing. */
export async function falseAccusations(
  freedoms: Freedoms,
  seeds: readonly number[],
): Promise<string[]> {
  const accusations: string[] = [];
  for (const seed of seeds) {
    const violations = violationsOf(await playCampaign(seed, soundParts, { freedoms }));
    accusations.push(...violations.map((sentence) => `seed ${seed}: ${sentence}`));
  }
  return accusations;
}

export function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
