/** Reads of a whole record, of one resource and of a type: each is AccessPatientRecord, and what was asked for is picked out of its record. */
import type { Answer } from '../../../reference/kit/service.ts';
import type {
  AccessRecord,
  Bundle,
  ReadResource,
  RecordView,
  ResourceType,
  SearchResources,
} from '../../../spec/records/messages.d.ts';
import { accessPatientRecord } from './healthRecordsSystem.ts';
import type { HealthRecordsSystem } from './healthRecordsSystem.ts';
import type { PatientRecord } from './record.ts';

export interface RecordReads {
  accessRecord(userId: string, input: AccessRecord): Answer;
  readResource(
    operation: string,
    userId: string,
    input: Omit<ReadResource, 'resourceType'> & { resourceType: ResourceType },
  ): Answer;
  searchResources(userId: string, input: SearchResources): Answer;
}

export function recordReads(
  hrs: HealthRecordsSystem,
  refuse: (code: string, detail: string) => Answer,
): RecordReads {
  const access = (
    operation: string,
    userId: string,
    input: { requestId: string; patientId: string; purpose?: string },
    dataTypes: readonly ResourceType[],
  ): PatientRecord => {
    const { requestId, patientId, purpose = '' } = input;
    const asked = { operation, requestId, requesterId: userId, patientId, purpose, dataTypes };
    return accessPatientRecord(hrs, asked);
  };

  const accessRecord: RecordReads['accessRecord'] = (userId, input) => {
    const { patientId, purpose = '', types = [] } = input;
    const { resources, accessedFields } = access('accessRecord', userId, input, types);
    const output: RecordView = {
      patientId,
      purpose,
      resources: [...resources],
      accessedFields: [...accessedFields],
      redactions: [],
    };
    return { output };
  };

  const readResource: RecordReads['readResource'] = (operation, userId, input) => {
    const { resourceType, resourceId } = input;
    const { resources } = access(operation, userId, input, [resourceType]);
    const found = resources.find(
      (resource) => resource.resourceType === resourceType && resource.id === resourceId,
    );
    if (!found) return refuse('UNKNOWN_RESOURCE', resourceId);
    return { output: found, headers: { ETag: `W/"${found.meta.versionId}"` } };
  };

  const searchResources: RecordReads['searchResources'] = (userId, input) => {
    const { resourceType, code } = input;
    const entry = access('searchResources', userId, input, [resourceType])
      .resources.filter((resource) => resource.resourceType === resourceType)
      .filter((resource) => code === undefined || JSON.stringify(resource).includes(code))
      .map((resource) => ({ resource }));
    const output: Bundle = {
      resourceType: 'Bundle',
      type: 'searchset',
      total: entry.length,
      entry,
    };
    return { output };
  };

  return { accessRecord, readResource, searchResources };
}
