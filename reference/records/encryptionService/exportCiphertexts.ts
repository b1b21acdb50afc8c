import type { Ciphertexts, ExportCiphertexts } from '../../../spec/records/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import type { Records } from '../records.ts';

/** Everything that is kept of the patient's resources, as it is kept. */
export function exportCiphertexts(
  { store, problem }: Records,
  { patientId }: ExportCiphertexts,
): Answer {
  if (!store.patient(patientId)) return { problem: problem('UNKNOWN_PATIENT', 'no such patient') };
  const output: Ciphertexts = {
    dataKeys: store
      .dataKeys(patientId)
      .map(({ dataKeyVersion, wrapped }) => ({ dataKeyVersion, wrapped })),
    records: store.allOf(patientId).map((version) => ({
      resourceType: version.resourceType,
      resourceId: version.resourceId,
      versionId: String(version.versionId),
      dataKeyVersion: version.dataKeyVersion,
      nonce: version.sealed.nonce.toString('base64'),
      ciphertext: version.sealed.ciphertext.toString('base64'),
      tag: version.sealed.tag.toString('base64'),
    })),
  };
  return { output };
}
