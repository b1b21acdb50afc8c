/** What a patient's consents say about a type, or the part of it with a label, for a user, a purpose and a time. */
import type { Coding, Consent, Provision, ResourceType } from '../../../spec/records/messages.d.ts';
import { labelOf, policy } from '../accessController/policy.ts';
import type { SensitiveCategory } from '../accessController/policy.ts';

export interface ConsentQuestion {
  /** A code of v3-ActReason. */
  readonly purpose: string;
  readonly type: ResourceType;
  /** Undefined asks for the ordinary part. */
  readonly label: SensitiveCategory | undefined;
  /** References that stand for the user: Practitioner/…, Organization/…, CareTeam/… */
  readonly actors: readonly string[];
  readonly nowMs: number;
}

type Word = 'permit' | 'deny';

/** The question in the codings that provisions are written in. */
interface Criteria {
  readonly purpose: Coding;
  readonly class: Coding;
  readonly label: Coding | undefined;
  readonly actors: readonly string[];
  readonly nowMs: number;
}

const RESOURCE_TYPES = 'http://hl7.org/fhir/resource-types';

const defaults = new Map(policy.consentDefaults.map((row) => [row.purpose, row]));

/** Deny wins between consents; where none says anything the default of the purpose holds, and nothing where it has none. */
export function consentAllows(consents: readonly Consent[], question: ConsentQuestion): boolean {
  const criteria = criteriaOf(question);
  const active = consents.filter(({ status }) => status === 'active');
  const said = strongest(active.map(({ provision }) => saidBy(provision, criteria, false)));
  return (said ?? defaultOf(question)) === 'permit';
}

function criteriaOf({ purpose, type, label, actors, nowMs }: ConsentQuestion): Criteria {
  return {
    purpose: { system: policy.purposes.system, code: purpose },
    class: { system: RESOURCE_TYPES, code: type },
    label: label && labelOf(label),
    actors,
    nowMs,
  };
}

function defaultOf({ purpose, label }: ConsentQuestion): Word {
  const row = defaults.get(purpose);
  if (!row) return 'deny';
  return label === undefined ? row.ordinary : row.sensitive;
}

/** @param isLabelNamed whether a provision around it names the label */
function saidBy(provision: Provision, criteria: Criteria, isLabelNamed: boolean): Word | undefined {
  if (!applies(provision, criteria)) return undefined;
  // One that applies and has labels has the one that is asked for among them.
  const isNamed = isLabelNamed || provision.securityLabel !== undefined;
  const inner = (provision.provision ?? []).map((each) => saidBy(each, criteria, isNamed));
  return strongest(inner) ?? ownWord(provision, criteria, isNamed);
}

function strongest(words: readonly (Word | undefined)[]): Word | undefined {
  if (words.includes('deny')) return 'deny';
  return words.includes('permit') ? 'permit' : undefined;
}

/** A permit in general does not open what is sensitive. */
function ownWord({ type }: Provision, { label }: Criteria, isLabelNamed: boolean) {
  return type === 'deny' || label === undefined || isLabelNamed ? type : undefined;
}

function applies(provision: Provision, criteria: Criteria): boolean {
  const { period, actor, purpose, class: classes, securityLabel } = provision;
  return (
    (!period || isIn(period, criteria.nowMs)) &&
    (!actor || actor.some(({ reference }) => criteria.actors.includes(reference.reference))) &&
    (!purpose || hasCode(purpose, criteria.purpose)) &&
    (!classes || hasCode(classes, criteria.class)) &&
    (!securityLabel || hasCode(securityLabel, criteria.label))
  );
}

/** Both ends belong to it. */
function isIn({ start, end }: NonNullable<Provision['period']>, nowMs: number): boolean {
  const isBegun = start === undefined || Date.parse(start) <= nowMs;
  const isOver = end !== undefined && !(nowMs <= Date.parse(end));
  return isBegun && !isOver;
}

function hasCode(codings: readonly Coding[], wanted: Coding | undefined): boolean {
  return codings.some(({ system, code }) => code === wanted?.code && system === wanted.system);
}
