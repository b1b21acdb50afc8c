/** Asks the state that a load has left behind whether the workload's invariants hold on it: correctness gates speed. */
import type { Json, Target } from '../target/target.ts';
import type { Workload } from './workload.ts';
import type { Figure, InvariantRow, WorkloadFile } from './workloadFile.ts';

export interface InvariantVerdict {
  readonly holding: number;
  /** Sentences, one for each that does not hold. */
  readonly broken: readonly string[];
}

export async function checkInvariants(
  target: Target,
  workload: Workload,
  file: WorkloadFile,
): Promise<InvariantVerdict> {
  const broken: string[] = [];
  for (const row of file.invariants) {
    const wrong = await whyBroken(target, workload, file, row);
    if (wrong !== undefined) broken.push(`${row.statement}: ${wrong}`);
  }
  return { holding: file.invariants.length - broken.length, broken };
}

async function whyBroken(
  target: Target,
  workload: Workload,
  file: WorkloadFile,
  { left, relation, right }: InvariantRow,
): Promise<string | undefined> {
  const [a, b] = [
    await figureOf(target, workload, file, left),
    typeof right === 'number' ? right : await figureOf(target, workload, file, right),
  ];
  if (typeof a === 'string') return a;
  if (typeof b === 'string') return b;
  const holds = relation === '<' ? a < b : a === b;
  return holds ? undefined : `${a} ${relation} ${b} is not so`;
}

/** @returns the number, or a sentence that says why there is none */
async function figureOf(
  target: Target,
  workload: Workload,
  file: WorkloadFile,
  figure: Figure,
): Promise<number | string> {
  const clients = figure.for === 'run' ? 1 : file.clients;
  let sum = 0;
  for (let client = 0; client < clients; client += 1) {
    const answer = await target.call(figure.operation, workload.inputFor(client, figure.input));
    if (answer.kind === 'refused')
      return `${figure.operation} was refused with ${answer.problem.code}`;
    if (answer.kind !== 'ok') return answer.reason;
    const found = numbersAt(answer.output, figure.sum.split('/').slice(1));
    if (!found) return `${figure.operation} has no number at ${figure.sum}`;
    sum += found.reduce((total, each) => total + each, 0);
  }
  return sum;
}

/** @returns undefined when something on the way is missing; `*` of an empty array is no number and no fault */
function numbersAt(value: Json | undefined, path: readonly string[]): number[] | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return typeof value === 'number' ? [value] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (part !== '*') {
    return numbersAt(Array.isArray(value) ? value[Number(part)] : value[part], rest);
  }
  if (!Array.isArray(value)) return undefined;
  const found = value.map((each) => numbersAt(each, rest));
  return found.some((each) => each === undefined) ? undefined : found.flatMap((each) => each!);
}
