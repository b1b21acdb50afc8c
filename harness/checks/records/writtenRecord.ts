/** The record of a patient as it was written, to be read again after whatever happened to its keys. */
import type { ClinicalResource, Resource } from '../../../spec/records/messages.d.ts';
import { holdSame } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { CLINICAL_TYPES } from './policy.ts';
import { readsVersions } from './readsVersions.ts';
import type { Admitted, Ward } from './wardTypes.ts';

export interface WrittenVersion {
  readonly resourceId: string;
  readonly versionId: string;
  readonly resource: ClinicalResource;
}

/** One more resource of each type, the first of them in two versions. */
export async function writeRecord(
  ward: Ward,
  { patientId, physician }: Admitted,
  remark: string,
): Promise<WrittenVersion[]> {
  const written: WrittenVersion[] = [];
  for (const type of CLINICAL_TYPES) {
    const resource = clinicalResource(type, patientId, remark);
    const resourceId = await ward.write(physician, patientId, resource);
    written.push({ resourceId, versionId: '1', resource });
  }
  const [{ resourceId, resource: first }] = written as [WrittenVersion, ...WrittenVersion[]];
  const resource = clinicalResource(first.resourceType, patientId, `${remark}, again`);
  await ward.write(physician, patientId, resource, { resourceId, ifMatch: etagOf(1) });
  written.push({ resourceId, versionId: '2', resource });
  return written;
}

/** The present versions, and the earlier ones where those can be read at all. @returns how many versions were read */
export async function holdReadable(
  ward: Ward,
  { patientId, physician }: Admitted,
  versions: readonly WrittenVersion[],
  when: string,
): Promise<number> {
  const present = new Map(versions.map(({ resourceId, versionId }) => [resourceId, versionId]));
  const isPresent = ({ resourceId, versionId }: WrittenVersion): boolean =>
    present.get(resourceId) === versionId;
  const read = (await readsVersions(ward)) ? versions : versions.filter(isPresent);
  for (const version of read) {
    const { resourceId, versionId, resource } = version;
    const { resourceType } = resource;
    const reply = isPresent(version)
      ? await ward.read(physician, patientId, resourceType, resourceId)
      : await ward.ask<Resource>(physician, 'readVersion', {
          ...{ patientId, purpose: 'TREAT', resourceType, resourceId, versionId },
        });
    const { id, meta, ...content } = okOutput(`Reading a ${resourceType} ${when}`, reply);
    holdSame(
      { id, versionId: meta.versionId, content },
      { id: resourceId, versionId, content: resource },
      `A ${resourceType} read ${when} should be as it was written.`,
    );
  }
  return read.length;
}
