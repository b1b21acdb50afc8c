/** The words in which checks speak to a health records system. */
import type { Reply } from '../kit/replies.ts';
import type {
  ClinicalResource,
  Consent,
  Consents,
  Grant,
  Keys,
  Patient,
  Provision,
  RecordView,
  Resource,
  ResourceType,
  Role,
  SessionCreated,
  User,
  Written,
} from '../../../spec/records/messages.d.ts';
import type { Session } from '../check.ts';
import type { JsonObject } from '../../target/target.ts';

/** A user, with the session in which they ask. */
export interface Person {
  readonly userId: string;
  readonly role: Role;
  readonly organizationId: string;
  readonly credential: string;
  /** Whose record a user of role patient is. */
  readonly patientId?: string;
  /** As createSession gave it. */
  readonly authorization: string;
}

export interface PersonOptions {
  /** Default: the ward's. */
  readonly organizationId?: string;
  readonly patientId?: string;
  /** Of the session; default: none, so everything that the user may. */
  readonly scope?: string;
  /** Of the session, for scopes that begin with patient/. */
  readonly scopePatientId?: string;
}

/** A registered patient. */
export interface Admitted {
  readonly patientId: string;
  readonly organizationId: string;
  readonly careTeamId: string;
  /** A member of the care team, who registered the patient. */
  readonly physician: Person;
}

export interface AdmitOptions {
  /** Default: the ward's. */
  readonly organizationId?: string;
  readonly patientId?: string;
  /** Beside the physician who registers. */
  readonly members?: readonly Person[];
  /** Elements beside managingOrganization. Default: a name and a birth date. */
  readonly resource?: Partial<Patient>;
}

export interface ConsentOptions {
  /** Default: a fresh one. */
  readonly consentId?: string;
  readonly status?: Consent['status'];
  readonly ifMatch?: string;
  /** Default: a privacy officer of the patient's organisation. */
  readonly by?: Person;
}

/** A request as it was sent, and what came of it. */
export interface Sent {
  readonly requestId: string;
  readonly operation: string;
  readonly input: JsonObject;
  /** Undefined where no reply came. */
  readonly reply: Reply<JsonObject> | undefined;
}

export interface Ward {
  readonly session: Session;
  readonly organizationId: string;
  /** `name` made unique in this session, and a valid id of the contract. */
  id(name: string): string;
  requestId(): string;
  /** Every request with a request id, in the order of their replies. */
  readonly sent: readonly Sent[];

  /** A new user, logged in. */
  person(role: Role, options?: PersonOptions): Promise<Person>;
  /** One more session of the user. */
  login(person: Person, options?: Pick<PersonOptions, 'scope' | 'scopePatientId'>): Promise<Person>;
  tryLogin(input: {
    userId: string;
    credential: string;
    scope?: string;
    patientId?: string;
  }): Promise<Reply<SessionCreated>>;
  /** Sets the user, whole: what is given differs from what the person was. */
  putUser(person: Person, more?: Partial<User & { credential: string }>): Promise<void>;
  /** One privacy officer of the organisation (default: the ward's), the same each time. */
  officer(organizationId?: string): Promise<Person>;
  /** One physician of the organisation (default: the ward's), the same each time. */
  physician(organizationId?: string): Promise<Person>;
  /** The next officer and physician are new people: for when the clock has passed the sessions of those before. */
  forgetStaff(): void;
  /** Registers a patient, with a care team. */
  admit(options?: AdmitOptions): Promise<Admitted>;
  setCareTeam(patient: Admitted, members: readonly Person[]): Promise<void>;

  /** Sends a request of the person, with a fresh request id unless `input` has one; OVERLOADED is sent again. */
  ask<T = JsonObject>(
    person: Pick<Person, 'authorization'> | undefined,
    operation: string,
    input: object,
  ): Promise<Reply<T>>;
  /** A Violation unless it is answered. */
  must<T = JsonObject>(
    person: Pick<Person, 'authorization'> | undefined,
    operation: string,
    input: object,
  ): Promise<T>;

  /** Writes version 1 of a resource, or with ifMatch the next one. Default: for TREAT, a fresh id. */
  put(
    person: Person,
    patientId: string,
    resource: ClinicalResource,
    more?: { resourceId?: string; purpose?: string; ifMatch?: string },
  ): Promise<Reply<Written>>;
  /** A Violation unless it is written. @returns the resource's id */
  write(
    person: Person,
    patientId: string,
    resource: ClinicalResource,
    more?: { resourceId?: string; purpose?: string; ifMatch?: string },
  ): Promise<string>;
  read(
    person: Person,
    patientId: string,
    resourceType: ResourceType,
    resourceId: string,
    purpose?: string,
  ): Promise<Reply<Resource>>;
  /** Default: TREAT, all types. */
  access(
    person: Person,
    patientId: string,
    more?: { purpose?: string; types?: readonly ResourceType[] },
  ): Promise<Reply<RecordView>>;
  /** A consent with this root provision. @returns its id */
  consent(patient: Admitted, provision: Provision, options?: ConsentOptions): Promise<string>;
  revoke(patient: Admitted, consentId: string, by?: Person): Promise<Reply<Written>>;
  listConsents(patient: Admitted): Promise<Consents>;
  /** Default: ETREAT, a fresh id, a good reason, the default duration. */
  declare(
    person: Person,
    patientId: string,
    more?: { grantId?: string; purpose?: string; reason?: string; durationMs?: number },
  ): Promise<Reply<Grant>>;
  keys(patient: Admitted): Promise<Keys>;
  rotate(patient: Admitted, scope: 'wrapping' | 'data'): Promise<Reply<Keys>>;
  shred(patient: Admitted): Promise<Reply<Keys>>;

  /** The same ward in another conversation, as after a restart or on another session. */
  in(session: Session): Ward;
}
