import type { LimitsReport, PutLimits } from '../../../../spec/trading/messages.d.ts';
import type { Command, Program, Venue } from '../program.ts';
import { newAccount } from '../state.ts';

/** Sets an account's limits, whole: what the earlier ones said is gone. The first ones make the account. */
// eslint-disable-next-line require-yield -- needs no shard
export function* putLimits({ state }: Venue, command: Command): Program {
  const limits = command.input as PutLimits;
  const account = state.accounts.get(limits.account) ?? newAccount(state, limits.account, limits);
  account.limits = limits;
  account.enabled = limits.enabled ?? true;
  account.restricted = new Set(limits.restrictedSymbols);
  const { name, enabled } = account;
  const output: LimitsReport = { account: name, enabled, auditSeq: command.auditSeq };
  return { kind: 'event', answer: { output }, symbol: null };
}
