/** PAY-COMP-02.b: no card data in the data directory, nor in what the process writes. */
import type { JsonObject, TargetProcess } from '../../target/target.ts';
import { CouldNotRun, NotApplicable } from '../check.ts';
import type { Check } from '../check.ts';
import { scanForSentinels } from '../scanForSentinels.ts';
import { hold } from '../kit/hold.ts';
import { isHeld } from './heldCall.ts';
import { methodTraffic, sendBrokenBodies } from './methodTraffic.ts';
import { holdUnexposed, plantedMethods } from './plantedMethods.ts';
import type { PlantedMethod } from './plantedMethods.ts';
import { holdCanRestart, restart } from '../kit/restart.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';

const METHODS = 10;
/** Of a network in which nothing should time out while it is held. */
const PATIENT_MS = 5_000;

export const noNumberAtRest: Check = {
  id: 'no-number-at-rest',
  isolation: 'exclusive',
  async run(context) {
    const { target, hit } = context;
    holdCanRestart(target);
    const { process } = target;
    if (!process) {
      throw new NotApplicable('It has no process whose data and output could be looked through.');
    }
    const shop = await openShop(context.session(), worldOf(context), {
      network: { callTimeoutMs: PATIENT_MS },
    });
    const methods = plantedMethods(context.seed, METHODS);
    const [inFlight, ...others] = methods as [PlantedMethod, ...PlantedMethod[]];
    await methodTraffic(shop, others, () => undefined);
    if (target.address !== undefined) {
      for (const method of others.slice(0, 2)) {
        await sendBrokenBodies(target.address, method, () => undefined);
      }
    }
    hit('planted', methods.length);
    holdCleanProcess(process, methods, 'while it runs');

    const answer = await sentToVault(shop, inFlight);
    await target.kill();
    await answer.came;
    await shop.world.release('tokenize', inFlight.text);
    hit('bytes', holdCleanProcess(process, methods, 'after SIGKILL'));

    if (!target.capabilities.has('restart')) return;
    await restart(target);
    holdCleanProcess(process, methods, 'after SIGKILL and a restart');
  },
};

/** A payment that waits for its token. */
async function sentToVault(
  shop: Shop,
  planted: PlantedMethod,
): Promise<{ came: Promise<unknown> }> {
  await shop.world.script('tokenize', planted.text, [], { kind: 'hold' });
  const request = shop.payment({ paymentMethod: planted.method });
  const came = shop.session.raw('createPayment', request as unknown as JsonObject);
  await isHeld(shop.world, 'tokenize', planted.text, came);
  return { came };
}

/** @returns how many bytes of the data directory were read */
function holdCleanProcess(
  process: TargetProcess,
  methods: readonly PlantedMethod[],
  when: string,
): number {
  holdUnexposed(process.output(), methods, `What the process wrote to its output, read ${when},`);
  const sentinels = methods.flatMap((method) => method.sentinels);
  const { findings, bytes, leftOut } = scanForSentinels(process.dataDir, sentinels);
  const [found] = findings;
  hold(
    found === undefined,
    `The file ${found?.file} of the data directory, read ${when}, holds ${found?.sentinel} (${found?.form}, at byte ${found?.offset}). Of a payment method only the last four characters, the vault's token and fingerprint may be kept.`,
    'no card number, IBAN, wallet token or security code',
    findings,
  );
  if (leftOut.length === 0) return bytes;
  throw new CouldNotRun(`Not all of the data directory could be read: ${leftOut.join(' ')}`);
}
