/** Patients and their data keys, as the key service wraps them. */
import type { Database } from 'better-sqlite3';
import type { KeyState } from '../../../spec/records/messages.d.ts';

export interface PatientRow {
  readonly patientId: string;
  readonly organizationId: string;
  /** erasing: it is as if erased, and the key service has not yet said that the key is destroyed. */
  readonly state: KeyState;
  readonly wrappingKeyVersion: number;
  readonly dataKeyVersion: number;
}

export interface DataKeyRow {
  readonly patientId: string;
  readonly dataKeyVersion: number;
  readonly wrapped: string;
  /** By which a wrong key is known from the right one. */
  readonly fingerprint: Buffer;
}

export interface Patients {
  patient(patientId: string): PatientRow | undefined;
  putPatient(patient: PatientRow): void;
  /** Ids, at most `limit`. */
  erasing(limit: number): string[];
  dataKeys(patientId: string): DataKeyRow[];
  dataKey(patientId: string, dataKeyVersion: number): DataKeyRow | undefined;
  putDataKey(key: DataKeyRow): void;
}

export function patientsIn(db: Database): Patients {
  const patient = db.prepare<[string], PatientRow>('SELECT * FROM patients WHERE patientId = ?');
  const putPatient = db.prepare<[PatientRow]>(
    `REPLACE INTO patients
      VALUES (@patientId, @organizationId, @state, @wrappingKeyVersion, @dataKeyVersion)`,
  );
  const erasing = db.prepare<[number], { patientId: string }>(
    "SELECT patientId FROM patients WHERE state = 'erasing' LIMIT ?",
  );
  const keys = db.prepare<[string], DataKeyRow>(
    'SELECT * FROM dataKeys WHERE patientId = ? ORDER BY dataKeyVersion',
  );
  const key = db.prepare<[string, number], DataKeyRow>(
    'SELECT * FROM dataKeys WHERE patientId = ? AND dataKeyVersion = ?',
  );
  const putKey = db.prepare<[DataKeyRow]>(
    'REPLACE INTO dataKeys VALUES (@patientId, @dataKeyVersion, @wrapped, @fingerprint)',
  );
  return {
    patient: (patientId) => patient.get(patientId),
    putPatient: (row) => void putPatient.run(row),
    erasing: (limit) => erasing.all(limit).map(({ patientId }) => patientId),
    dataKeys: (patientId) => keys.all(patientId),
    dataKey: (patientId, dataKeyVersion) => key.get(patientId, dataKeyVersion),
    putDataKey: (row) => void putKey.run(row),
  };
}
