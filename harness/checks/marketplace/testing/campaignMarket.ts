/** The market in memory as a process in virtual time: its calls to the payment service take their time, and a kill may come between any two steps. */
import type { VirtualTime } from '../../../history/testing/virtualTime.ts';
import type { Random } from '../../../load/seededRandom.ts';
import { DEFAULT_START_CLOCK_MS } from '../../../target/launchTarget.ts';
import type { JsonObject } from '../../../target/target.ts';
import type { LocalWorld } from '../../../world/localWorld.ts';
import { virtualProcess } from '../../testing/virtualProcess.ts';
import type { VirtualProcess } from '../../testing/virtualProcess.ts';
import type { Defect } from './defects.ts';
import type { Freedoms } from './freedoms.ts';
import type { Surroundings } from './life.ts';
import { memoryMarket } from './memoryMarket.ts';
import type { Heard, OutsideServices } from './outsideServices.ts';

export interface CampaignMarket extends VirtualProcess {
  /** What goes on in it ends. */
  end(): void;
}

export interface CampaignMarketOptions {
  readonly defects: readonly Defect[];
  readonly freedoms: Freedoms;
  readonly world: LocalWorld;
  readonly time: VirtualTime;
  readonly random: Random;
}

const MAX_TRAVEL_MS = 4;
/** Between two steps of a command, where a defect lets others in. */
const MAX_TURN_MS = 2;
/** The contract's second, as long as all else here is short. */
const PATIENCE_MS = 40;

export function openCampaignMarket(options: CampaignMarketOptions): CampaignMarket {
  const { defects, freedoms, world, time, random } = options;
  const surroundings: Surroundings = {
    sleep: (ms) => time.sleep(ms),
    turn: () => time.sleepBetween(0, MAX_TURN_MS),
    newId: () =>
      Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32).toString(36)).join(''),
    outside: (killed) => virtualServices(world, time, killed),
  };
  const system = memoryMarket(
    { defects: new Set(defects), freedoms, worldUrl: world.url, nodes: 1, surroundings },
    DEFAULT_START_CLOCK_MS,
  );
  return { ...virtualProcess({ system, time }), end: () => system.kill?.() };
}

function virtualServices(
  world: LocalWorld,
  time: VirtualTime,
  killed: AbortSignal,
): OutsideServices {
  const ask = async <T>(operation: string, input: object): Promise<Heard<T>> => {
    killed.throwIfAborted();
    // On its way it does not matter any more whether its sender lives.
    await time.sleepBetween(0, MAX_TRAVEL_MS);
    const reply = await world.call(operation, input as JsonObject);
    await time.sleepBetween(0, MAX_TRAVEL_MS);
    killed.throwIfAborted();
    if (reply.kind !== 'reply') {
      await time.sleep(PATIENCE_MS);
      killed.throwIfAborted();
      return { kind: 'silent' };
    }
    const { status, body } = reply;
    if (status === 404) return { kind: 'absent' };
    if (status >= 500) return { kind: 'failed' };
    if (status >= 300) throw new Error(`The world answered ${status}: ${JSON.stringify(body)}`);
    return { kind: 'answer', body: body as T };
  };
  return {
    getItem: (productId) => ask('getItem', { productId }),
    putItemPrice: (productId, priceMinor) => ask('putItemPrice', { productId, priceMinor }),
    createCharge: (charge) => ask('createCharge', charge),
    getCharge: (reference) => ask('getCharge', { reference }),
    voidCharge: (reference) => ask('voidCharge', { reference }),
  };
}
