/** The text has no write path. Read kindly there is the simplest one: whoever may write the type replaces it in the record. */
import type {
  Patient,
  PutPatient,
  PutResource,
  Resource,
  Written,
} from '../../../spec/records/messages.d.ts';
import type { EncryptedRecords } from './encryptedRecords.ts';
import type { HealthDataEncryption } from './healthDataEncryption.ts';
import { categoryOf, isRelated } from './hipaaAccessController.ts';
import type { People } from './people.ts';
import { AccessDenied, policy } from './record.ts';

export interface RecordWrites {
  putPatient(userId: string, input: PutPatient): Written;
  putResource(userId: string, input: PutResource): Written;
}

export function recordWrites(
  people: People,
  records: EncryptedRecords,
  encryption: HealthDataEncryption,
  nowMs: () => number,
): RecordWrites {
  function requireMayWrite(userId: string, type: Resource['resourceType'], patientId: string) {
    const user = people.users.get(userId);
    const isNew = !records.has(patientId);
    const rule = policy.rules.find(
      ({ role, relationship, write }) =>
        role === user?.role &&
        write.includes(categoryOf(type)) &&
        (isNew || isRelated(people, relationship, user, patientId)),
    );
    if (!rule) throw new AccessDenied('INSUFFICIENT_PRIVILEGES', 'insufficient privileges');
  }

  function write(
    userId: string,
    patientId: string,
    id: string,
    resource: { readonly resourceType: Resource['resourceType']; readonly meta?: object },
  ): Written {
    const { resourceType } = resource;
    const record = records.has(patientId)
      ? encryption.decryptRecord(records.get(patientId), userId)
      : [];
    const isIt = (one: Resource) => one.resourceType === resourceType && one.id === id;
    // Whatever If-Match says: the text knows no versions.
    const versionId = String(Number(record.find(isIt)?.meta.versionId ?? 0) + 1);
    const lastUpdated = new Date(nowMs()).toISOString();
    const written = { ...resource, id, meta: { ...resource.meta, versionId, lastUpdated } };
    const others = record.filter((one) => !isIt(one));
    records.put(patientId, encryption.encryptRecord([...others, written]));
    return { resourceType, id, versionId, lastUpdated };
  }

  return {
    putPatient(userId, { patientId, resource }) {
      requireMayWrite(userId, 'Patient', patientId);
      const { managingOrganization }: Patient = resource;
      people.putOrganization(
        patientId,
        managingOrganization.reference.slice('Organization/'.length),
      );
      return write(userId, patientId, patientId, resource);
    },
    putResource(userId, { patientId, resourceType, resourceId, resource }) {
      requireMayWrite(userId, resourceType, patientId);
      if (!records.has(patientId)) throw new Error('failed to retrieve record');
      return write(userId, patientId, resourceId, resource);
    },
  };
}
