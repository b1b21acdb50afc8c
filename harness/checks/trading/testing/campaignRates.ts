/** The judge on trial: in how many seeds does it accuse? */
import { campaign } from '../campaign.ts';
import type { CampaignDefect } from './campaignDefects.ts';
import { soundParts } from './campaignVenue.ts';
import { DEFAULT_FREEDOMS } from './freedoms.ts';
import type { Freedoms } from './freedoms.ts';
import { playCampaign } from './tradingCampaign.ts';
import type { PlayedCampaign } from './tradingCampaign.ts';

export function violationsOf({ history, finals, kills }: PlayedCampaign): readonly string[] {
  const findings = campaign.judge({ history, finals, kills, killsOnReply: 0 });
  return findings.flatMap(({ violations }) => violations);
}

export async function accusedSeeds(
  { parts, defect }: Pick<CampaignDefect, 'parts' | 'defect'>,
  seeds: readonly number[],
): Promise<number> {
  let accused = 0;
  for (const seed of seeds) {
    const played = await playCampaign(seed, parts, { freedoms: DEFAULT_FREEDOMS, defect });
    if (violationsOf(played).length > 0) accused += 1;
  }
  return accused;
}

/** Of an honest venue: what it is accused of, which must be nothing. */
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
