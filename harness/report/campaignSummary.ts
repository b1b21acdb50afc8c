/** What a campaign of faults has shown, for the reports: the numbers of availability, recovery, faults that bit, and how deep. */

export interface ShownRate {
  readonly successes: number;
  readonly total: number;
  /** Null without a command. */
  readonly rate: number | null;
  /** Clopper-Pearson, two-sided, 95 %. */
  readonly low: number;
  readonly high: number;
  /** What the sample can and cannot show. */
  readonly shows: string;
}

export interface KillsByMoment {
  readonly moment: string;
  readonly evidenced: number;
  readonly planned: number;
}

/** One second of a campaign, by the intended starts of its commands. */
export interface CampaignSecond {
  /** By the clock of the campaign, which its faults have too. */
  readonly second: number;
  /** Meant to be sent; `notSent` of them were not. */
  readonly sent: number;
  /** By the first attempt. */
  readonly available: number;
  readonly late: number;
  readonly failed: number;
  readonly notSent: number;
  /** Response time of those that were available; null without one. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly lagMaxMs: number;
}

export interface CampaignSummary {
  readonly profile: string;
  readonly seed: number;
  readonly ratePerS: number;
  readonly commands: number;
  readonly notSent: number;
  /** Failed, and nobody may repeat them: neither reads nor commands with an idempotency key. Left out where retries are counted. */
  readonly unrepeatable: number;
  readonly availability: {
    readonly overall: ShownRate;
    readonly steady: ShownRate;
    /** By kind of fault, while it was there. */
    readonly inside: Readonly<Record<string, ShownRate>>;
    /** Answered at once or by a retry, within ten seconds. */
    readonly eventual: ShownRate;
    /** Of those that failed at first, those that a retry brought home. */
    readonly retried: ShownRate;
    /** Failures outside of every fault and its recovery bound count against it. */
    readonly unexplained: ShownRate;
    /** What targets are held to: in a fault and its recovery by eventual success, elsewhere by the first attempt. */
    readonly judged: ShownRate;
  };
  /** From the start after a kill to the first success, in ms. */
  readonly recovery: {
    readonly recovered: number;
    /** Another fault came before, or was there: how long it took is not known. */
    readonly notSeen: number;
    /** No success before the next kill, or at all. */
    readonly never: number;
    readonly p50Ms: number | null;
    readonly p99Ms: number | null;
    readonly maxMs: number | null;
  };
  readonly kinds: readonly {
    readonly kind: string;
    readonly planned: number;
    readonly installed: number;
    readonly verdict: 'evidenced' | 'could-not-run';
    readonly why: string;
  }[];
  readonly kills: {
    readonly required: number;
    readonly evidenced: number;
    readonly planned: number;
    readonly byMoment: readonly KillsByMoment[];
  };
  readonly resolved: {
    readonly found: number;
    readonly absent: number;
    readonly unanswered: number;
  };
  /** L0 to L4. */
  readonly level: string;
  readonly durability: string;
  /** Arithmetic on a year that was not observed. */
  readonly yearlyBudget: string;
  /** Phases that did not come to their end. */
  readonly problems: readonly string[];
  /** Absent in records of casemark 0.1.0 and before. */
  readonly seconds?: readonly CampaignSecond[];
}
