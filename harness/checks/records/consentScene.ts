/** Readers of several purposes, and patients each of whom has consents of their own: what they show is judged by the oracle. */
import type { Consent, Provision } from '../../../spec/records/messages.d.ts';
import type { CheckContext, Session } from '../check.ts';
import { openJudgedWard } from './judgedWard.ts';
import type { Judgement, JudgedWard } from './judgedWard.ts';
import { generateResource } from './patients.ts';
import { policy, ruleFor } from './policy.ts';
import type { SensitiveCategory } from './policy.ts';
import type { Admitted, Person } from './wardTypes.ts';

export interface ConsentScene {
  readonly judged: JudgedWard;
  readonly readers: readonly Person[];
  /** With a condition and an observation, and an observation with each of the labels. */
  admit(labels?: readonly SensitiveCategory[]): Promise<Admitted>;
  /** An accessRecord by each reader. @returns what came of them, in the order of the readers */
  judgeAll(patient: Admitted, readers?: readonly Person[]): Promise<Judgement[]>;
}

export type ReadingRole = keyof typeof PURPOSE_OF;

const PURPOSE_OF = {
  physician: 'TREAT',
  nurse: 'TREAT',
  billing: 'HPAYMT',
  'privacy-officer': 'HOPERAT',
  registry: 'PUBHLTH',
  researcher: 'HRESCH',
  outreach: 'HMARKT',
} as const;

export async function openConsentScene(
  context: Pick<CheckContext, 'target' | 'session' | 'seed'>,
  roles: readonly ReadingRole[],
  conversation?: Session,
): Promise<ConsentScene> {
  const judged = openJudgedWard(context, conversation);
  const readers = await Promise.all(roles.map((role) => judged.person(role)));
  const inTeam = readers.filter(
    ({ role }) => ruleFor(role, purposeOf(role))?.relationship === 'care-team',
  );
  return {
    judged,
    readers,
    async admit(labels = []) {
      const patient = await judged.admit({ members: inTeam });
      const written = [
        generateResource('Condition', patient, context.seed, { elements: 'random' }),
        ...[[], ...labels.map((label) => [label])].map((each) =>
          generateResource('Observation', patient, context.seed, {
            ...{ elements: 'random', labels: each },
          }),
        ),
      ];
      await Promise.all(written.map((resource) => judged.write(patient, resource)));
      return patient;
    },
    judgeAll: ({ patientId }, some = readers) =>
      Promise.all(
        some.map((reader) =>
          judged.judge(reader, {
            operation: 'accessRecord',
            patientId,
            purpose: purposeOf(reader.role),
          }),
        ),
      ),
  };
}

/** The purpose for which the scene's readers of the role read. */
export function purposeOf(role: Person['role']): string {
  const purpose = (PURPOSE_OF as Readonly<Partial<Record<string, string>>>)[role];
  if (purpose === undefined || !policy.purposes.codes.includes(purpose)) {
    throw new Error(`No reader has the role ${role}.`);
  }
  return purpose;
}

/** The root of a consent, and its status if it is not active. */
export interface Given {
  readonly provision: Provision;
  readonly status?: Consent['status'];
}

/**
 * Each begins with a burst of writes, beside other checks. More at once, and the key service's replies would wait in the queue of a
 * slow implementation, or of a busy machine, for longer than the second after which they are none: nobody is to be accused of that.
 */
const CASES_AT_A_TIME = 4;

/** A patient for each case, with these consents, judged by all readers. @returns the number of decisions */
export async function judgeCases(
  scene: ConsentScene,
  cases: readonly ((patient: Admitted) => readonly Given[])[],
  labels: readonly SensitiveCategory[] = [],
): Promise<number> {
  let decisions = 0;
  for (let at = 0; at < cases.length; at += CASES_AT_A_TIME) {
    const some = cases.slice(at, at + CASES_AT_A_TIME);
    const counts = await Promise.all(
      some.map(async (consentsOf) => {
        const patient = await scene.admit(labels);
        for (const { provision, status } of consentsOf(patient)) {
          await scene.judged.consent(patient, provision, status ? { status } : {});
        }
        return (await scene.judgeAll(patient)).length;
      }),
    );
    decisions += counts.reduce((sum, each) => sum + each, 0);
  }
  return decisions;
}
