/** EHR-CONS-01.e: a provision applies from the start of its period to its end, both included, by the system's clock. */
import type { Check } from '../check.ts';
import { wardClock } from './clock.ts';
import { deny, during, forPurposes, permit, withLabels } from './consents.ts';
import { openConsentScene } from './consentScene.ts';

/** Well within the idle time of a session; not a whole number of seconds, so that milliseconds count. */
const TO_START_MS = 20_321;
const LENGTH_MS = 40_005;

const consentPeriods: Check = {
  id: 'consent-periods',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const scene = await openConsentScene(context, ['physician', 'researcher']);
    const { judged } = scene;
    const clock = wardClock(context);
    const startMs = clock.nowMs() + TO_START_MS;
    const endMs = startMs + LENGTH_MS;
    const within = during(startMs, endMs);
    const roots = [
      permit(within),
      deny(within),
      permit(during(startMs, undefined)),
      deny(during(undefined, endMs)),
      deny({}, permit(within)),
      permit(withLabels('hiv'), deny(within)),
      permit({ ...within, ...forPurposes('TREAT', 'HRESCH') }, deny(during(endMs, endMs))),
    ];
    const patients = await Promise.all(roots.map(() => scene.admit(['hiv'])));
    for (const [index, root] of roots.entries()) await judged.consent(patients[index]!, root);
    const moments = [startMs - 1, startMs, startMs + 1, endMs - 1, endMs, endMs + 1];
    for (const nowMs of [clock.nowMs(), ...moments]) {
      await clock.moveTo(judged.ward, nowMs);
      judged.model.nowMs = nowMs;
      await Promise.all(patients.map((patient) => scene.judgeAll(patient)));
      if (moments.includes(nowMs)) context.hit('edges');
    }
  },
};

export const consentPeriodsChecks: readonly Check[] = [consentPeriods];
