/** Where a clause stands in its requirements.json, so that a finding points at the sentence that is broken. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCaseStudies } from '../../contract/findCaseStudies.ts';

export interface SpecPlace {
  /** Relative to the folder that holds spec/. */
  readonly file: string;
  /** From 1; 1 where the clause is no longer there. */
  readonly line: number;
}

export type SpecLines = (ref: string) => SpecPlace;

/** @param text of requirements.json; empty where it is not at hand */
export function specLines(caseId: string, text: string): SpecLines {
  const file = `spec/${caseId}/requirements.json`;
  return (ref) => {
    const dot = ref.lastIndexOf('.');
    return { file, line: lineOf(text, ref.slice(0, dot), ref.slice(dot + 1)) };
  };
}

/** Of the case study as it is now: what the run was judged by has the same ids, for ids are never renumbered. */
export function readSpecLines(caseId: string): SpecLines {
  const place = findCaseStudies().find(({ id }) => id === caseId);
  const file = place && join(place.dir, 'requirements.json');
  return specLines(caseId, file && existsSync(file) ? readFileSync(file, 'utf8') : '');
}

function lineOf(text: string, id: string, key: string): number {
  const requirement = indexAfter(text, 'id', id, 0);
  if (requirement === -1) return 1;
  const next = /"id"\s*:/g;
  next.lastIndex = requirement;
  const end = next.exec(text)?.index ?? text.length;
  const clause = indexAfter(text, 'key', key, requirement);
  const found = clause === -1 || clause > end ? requirement : clause;
  return text.slice(0, found).split('\n').length;
}

/** @param value of letters, digits and dashes, as ids and keys are */
function indexAfter(text: string, name: string, value: string, from: number): number {
  const property = new RegExp(`"${name}"\\s*:\\s*"${value}"`, 'g');
  property.lastIndex = from;
  const match = property.exec(text);
  return match ? match.index + match[0].length : -1;
}
