import { expect, test } from 'vitest';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { requestsOf } from './credentials.ts';
import type { Admitted, Ward } from './wardTypes.ts';

test('there is a request of each operation that has an authorization, and it has the shape of its message', () => {
  const { operations } = loadCaseStudy('records');
  const withSession = [...operations.values()].filter(
    ({ http }) => http.headers?.['Authorization'] === 'authorization',
  );
  const ward = { id: (name: string) => name } as Ward;
  const patient = { patientId: 'pat', organizationId: 'org' } as Admitted;
  const requests = requestsOf(ward, patient, { resourceId: 'a', consentId: 'b', grantId: 'c' });
  expect(Object.keys(requests).sort()).toEqual(withSession.map(({ id }) => id).sort());
  for (const [operation, input] of Object.entries(requests)) {
    const request = { ...input, requestId: 'r', authorization: 'Bearer x' };
    expect(operations.get(operation)!.request.validate(request), operation).toBeUndefined();
  }
});
