/** Tells from a request line which operation it is for. */
import type { CaseStudy } from '../contract/caseStudy.ts';
import { SpecError } from '../contract/specError.ts';
import type { Operations } from './faultFile.ts';
import type { FaultTarget } from './proxyFault.ts';

/** @throws SpecError for an operation that the case study does not have */
export function requestLines(caseStudy: CaseStudy, operations: Operations): FaultTarget {
  if (operations === 'any') return 'any';
  const patterns = operations.map((id) => {
    const operation = caseStudy.operations.get(id);
    if (operation) return linePattern(operation.http);
    throw new SpecError(
      `spec/${caseStudy.id}/case.json has no operation "${id}": correct faults.json.`,
    );
  });
  return (line) => patterns.some((pattern) => pattern.test(line));
}

function linePattern({ method, path }: { method: string; path: string }): RegExp {
  const literal = path.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${method} ${literal.join('[^/? ]*')}(?:\\?\\S*)? HTTP/`);
}
