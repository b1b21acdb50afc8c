/** Which loss of power or process acknowledged work was shown to survive. */

/** Fewer kills say little of a loss that happens now and then. */
const MIN_KILLS = 30;

export interface DurabilityEvidence {
  readonly kills: number;
  readonly killsOnReply: number;
  /** Whether every clause that the campaign judges passed. */
  readonly allPassed: boolean;
}

export function durabilityText({ kills, killsOnReply, allPassed }: DurabilityEvidence): string {
  const d2 = 'D2 (power loss) not verified';
  if (!allPassed) return `D1 (process crash) not verified: not every clause passed; ${d2}`;
  if (kills < MIN_KILLS) {
    return `D1 (process crash) not verified: ${kills} of ${MIN_KILLS} kills; ${d2}`;
  }
  if (killsOnReply === 0) {
    return `D1 (process crash) not verified: none of ${kills} kills struck on the first byte of a reply; ${d2}`;
  }
  return `D1 (process crash) verified by ${kills} kills under load, ${killsOnReply} of them on the first byte of a reply; ${d2}`;
}
