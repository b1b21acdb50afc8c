/** MKT-RES-02.a: holds, confirmations, releases and stock that were acknowledged are there after SIGKILL, and nothing else. */
import type { Check, CheckContext } from '../check.ts';
import { afterAnswers, killInFlight } from '../kit/killInFlight.ts';
import { holdCanRestart } from '../kit/restart.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { holdOutcome, prepareCommands, sendCommand } from './stockCommands.ts';
import type { Command } from './stockCommands.ts';
import { stockLedger } from './stockLedger.ts';
import type { StockLedger } from './stockLedger.ts';

/** How many of each kind are sent at once, and after how many replies the kill comes. */
const WAVES: readonly { readonly ofEachKind: number; readonly answers: number }[] = [
  { ofEachKind: 5, answers: 14 },
  // All have been answered: what comes last has nothing behind it that could be lost in its stead.
  { ofEachKind: 1, answers: 6 },
];

export const acknowledgedSurvives: Check = {
  id: 'acknowledged-survives',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    holdCanRestart(context.target);
    const market = openMarket(context.session());
    const ledger = stockLedger();
    for (const { ofEachKind, answers } of WAVES) {
      const commands = await prepareCommands(market, ledger, ofEachKind);
      await killedAmong(context, market, ledger, commands, answers);
    }
  },
};

async function killedAmong(
  { target, hit }: CheckContext,
  market: Market,
  ledger: StockLedger,
  commands: readonly Command[],
  answersBefore: number,
): Promise<void> {
  const sends = commands.map((command) => () => sendCommand(market, command));
  const { answers } = await killInFlight(target, sends, afterAnswers(answersBefore));
  hit('kills');
  const settled = commands.map(async (command, index) => {
    if (await holdOutcome(market, ledger, command, answers[index]!)) hit('acknowledged');
  });
  await Promise.all(settled);
  const { reservations, products } = await ledger.holdAll(market, 'after SIGKILL');
  hit('acknowledged', reservations + products);
}
