/**
 * How a case study judges what a campaign of faults has left: `harness/checks/<case>/campaign.ts` exports `campaign`, one of these. The
 * campaign itself (load, faults, history) knows no case.
 */
import type { ErrorRow } from '../contract/caseStudy.ts';
import type { History, HistoryCall, HistoryOperation } from '../history/history.ts';
import type { Resolution } from '../history/historyRecorder.ts';
import type { Answer, Json, JsonObject, Target } from '../target/target.ts';
import type { World } from '../world/world.ts';

export type CampaignCall = (operation: string, input: JsonObject) => Promise<Answer>;

export interface CampaignJudge<Finals = unknown> {
  /** The independent object that a request touches. */
  partitionOf(operation: string, input: JsonObject): string;
  /** The client-made id by which attempts are one command; undefined where a repetition is another command. */
  idempotencyKeyOf(operation: string, input: JsonObject): string | undefined;
  /**
   * Refusals that are an outcome to judge, because they have an effect or say what was seen: a declined payment stays on record under its
   * key. They stand in the history as `ok` with the output `{refused: code, problem}`, any other definite refusal as `fail`. Each has to be
   * definite in errors.json and stand in `refusals.codes` of the workload. Default: none.
   */
  observes?(operation: string, code: string): boolean;
  /** The sequence number of an acknowledged reply (also of an observed refusal). */
  witnessSeqOf(operation: string, output: Json): number | undefined;
  /** Asks what became of a command whose reply was lost. */
  lookUp(call: CampaignCall, operation: HistoryOperation): Promise<Resolution>;
  /** Reads what `judge` needs to know, once everything has healed and nothing is sent any more. */
  finalReads(context: CampaignFinalContext): Promise<Finals>;
  /** Pure. One finding for each clause that a campaign judges. */
  judge(evidence: CampaignEvidence<Finals>): readonly CampaignFinding[];
}

export interface CampaignFinalContext {
  /** Reaches the implementation itself, without a proxy between. */
  readonly call: CampaignCall;
  /** The refusals of the contract, by code. */
  readonly errors: ReadonlyMap<string, ErrorRow>;
  /** What the load was set up with, in order: its networks, symbols, accounts. */
  readonly setUp: readonly HistoryCall[];
  /** All that was recorded until now, with what the look-ups found: what a system does not list has to be asked for by its id. */
  readonly history: () => Promise<History>;
  /** Kills it once more and starts it again on the same data: what was read has to stay so. */
  restart(): Promise<void>;
  /** What plays the outside services; undefined where the case has none. */
  readonly world?: World;
  /** Another instance without data, with a world of its own where the case has one. Both are closed by whoever asked for them. */
  fresh(): Promise<{ readonly target: Target; readonly world?: World }>;
}

export interface CampaignEvidence<Finals> {
  readonly history: History;
  readonly finals: Finals;
  /** Kills whose exit by SIGKILL was seen. */
  readonly kills: number;
  /** Of these, those that struck on the first byte of a reply. */
  readonly killsOnReply: number;
}

export interface CampaignFinding {
  /** Requirement and key, as in HFT-COMP-03.d. */
  readonly clause: string;
  /** Sentences; empty when it holds. The first ones are shown. */
  readonly violations: readonly string[];
  /** How often the interesting thing happened; below the minimum of the spec the clause could not be judged. */
  readonly hits: Readonly<Record<string, number>>;
}
