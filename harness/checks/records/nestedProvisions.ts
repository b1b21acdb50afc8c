/** EHR-CONS-01.b: an inner provision that applies overrides the one around it; beside each other deny wins. */
import type { Provision } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { deny, forPurposes, ofTypes, permit, withLabels } from './consents.ts';
import { judgeCases, openConsentScene } from './consentScene.ts';

const OBSERVATIONS = ofTypes('Observation');
/** Of nothing that the readers ask for. */
const NOTHING = ofTypes('DocumentReference');

const NESTED: readonly Provision[] = [
  permit({}, deny(OBSERVATIONS)),
  deny({}, permit(OBSERVATIONS)),
  permit({}, deny(NOTHING)),
  deny({}, permit(NOTHING)),
  // Neighbours, in either order, and one that does not apply.
  deny({}, permit(), deny(OBSERVATIONS)),
  deny({}, deny(OBSERVATIONS), permit()),
  permit({}, permit(OBSERVATIONS), deny(OBSERVATIONS)),
  deny({}, permit(OBSERVATIONS), deny(NOTHING)),
  // Three levels.
  permit({}, deny({}, permit(OBSERVATIONS))),
  deny({}, permit({}, deny(OBSERVATIONS))),
  permit({}, deny({}, permit(NOTHING))),
  permit({}, permit({}, deny(OBSERVATIONS)), permit(OBSERVATIONS)),
  deny({}, permit(forPurposes('HRESCH'), deny(OBSERVATIONS)), permit(forPurposes('TREAT'))),
  // What is in a provision that does not apply says nothing.
  permit(NOTHING, deny()),
  deny(NOTHING, permit()),
  permit({}, deny(NOTHING, deny(OBSERVATIONS))),
  deny({}, deny(NOTHING, permit(OBSERVATIONS))),
  permit(forPurposes('HMARKT'), permit(forPurposes('HRESCH'))),
  // A label that is named outside is named inside.
  permit(withLabels('hiv'), permit(OBSERVATIONS)),
  deny(withLabels('hiv'), permit(OBSERVATIONS)),
  permit({}, permit(withLabels('hiv'))),
  deny({}, permit(withLabels('hiv'))),
  deny({}, permit(OBSERVATIONS), permit(withLabels('substance-use'))),
  permit(withLabels('hiv'), deny(OBSERVATIONS, permit(forPurposes('TREAT')))),
];

const nestedProvisionsCheck: Check = {
  id: 'nested-provisions',
  isolation: 'shared',
  async run(context) {
    const scene = await openConsentScene(context, ['researcher', 'physician']);
    const cases = NESTED.map((provision) => () => [{ provision }]);
    context.hit('decisions', await judgeCases(scene, cases, ['hiv', 'substance-use']));
  },
};

export const nestedProvisions: readonly Check[] = [nestedProvisionsCheck];
