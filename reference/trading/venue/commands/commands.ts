import type { Command, Program, Venue } from '../program.ts';
import { cancelAll } from './cancelAll.ts';
import { cancelOrder } from './cancelOrder.ts';
import { putLimits } from './putLimits.ts';
import { putSymbol } from './putSymbol.ts';
import { replaceOrder } from './replaceOrder.ts';
import { submitOrder } from './submitOrder.ts';
import { endSession, haltSymbol, resumeSymbol } from './symbolCommands.ts';

/** The operations that are sequenced: each makes one audit event. */
export const commands = new Map<string, (venue: Venue, command: Command) => Program>([
  ['submitOrder', submitOrder],
  ['cancelOrder', cancelOrder],
  ['replaceOrder', replaceOrder],
  ['cancelAll', cancelAll],
  ['putLimits', putLimits],
  ['putSymbol', putSymbol],
  ['haltSymbol', haltSymbol],
  ['resumeSymbol', resumeSymbol],
  ['endSession', endSession],
]);
