/** EHR-ENC-04.b: with another key than the right one nothing is shown, and nothing is written that nobody can read. */
import type { Check } from '../check.ts';
import { wardClock } from './clock.ts';
import {
  askCold,
  coldCases,
  coolDown,
  holdRefused,
  holdWellAgain,
  readsOf,
  WRITES,
} from './coldCases.ts';
import { worldOf } from './outside.ts';
import { openWard } from './ward.ts';

const WRONG = { 'gives another key': { kind: 'wrongKey' } } as const;
const CODES = ['RECORD_UNREADABLE', 'KMS_UNAVAILABLE'];

const wrongKeyNoRecord: Check = {
  id: 'wrong-key-no-record',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const world = worldOf(context);
    const ward = openWard(context.session());
    const clock = wardClock(context);
    const cases = await coldCases(clock, ward, WRONG, [...(await readsOf(ward)), ...WRITES]);
    const asked = cases.map(async (each) => {
      await world.script('unwrapKey', each.patient.patientId, [], each.behaviour);
      if (each.asked !== 'create' && each.asked !== 'update') {
        await holdRefused(ward, each, CODES);
        context.hit('refused');
        return { each, isWritten: false };
      }
      // Whoever seals each write under a new key has unwrapped none: what is answered has to be there with the right key.
      const reply = await askCold(ward, each, CODES);
      return { each, isWritten: reply.kind === 'ok' };
    });
    const outcomes = await Promise.all(asked);
    const holdAllWell = () =>
      Promise.all(
        outcomes.map(({ each, isWritten }) => holdWellAgain(ward, world, each, isWritten)),
      );
    await holdAllWell();
    // A key that was kept from then may open what it has sealed itself.
    await coolDown(clock, ward);
    await holdAllWell();
  },
};

export const wrongKey: readonly Check[] = [wrongKeyNoRecord];
