/** Asks the state that a load has left behind whether the workload's invariants hold on it: correctness gates speed. */
import type { Json } from '../target/target.ts';
import type { Call, Place, Workload } from './workload.ts';
import type { Figure, InvariantRow, WorkloadFile } from './workloadFile.ts';

export interface InvariantVerdict {
  readonly holding: number;
  /** Sentences, one for each that does not hold. */
  readonly broken: readonly string[];
}

export async function checkInvariants(
  call: Call,
  workload: Workload,
  file: WorkloadFile,
): Promise<InvariantVerdict> {
  const broken: string[] = [];
  for (const row of file.invariants) {
    const wrong = await whyBroken(call, workload, row);
    if (wrong !== undefined) broken.push(`${row.statement}: ${wrong}`);
  }
  return { holding: file.invariants.length - broken.length, broken };
}

async function whyBroken(
  call: Call,
  workload: Workload,
  { each, left, relation, right }: InvariantRow,
): Promise<string | undefined> {
  for (const about of workload.placesFor(each ?? 'run')) {
    const [a, b] = [
      await figureOf(call, workload, left, about),
      typeof right === 'number' ? right : await figureOf(call, workload, right, about),
    ];
    if (typeof a === 'string') return a;
    if (typeof b === 'string') return b;
    const holds = relation === '<' ? a < b : a === b;
    if (!holds) return `${a} ${relation} ${b} is not so`;
  }
  return undefined;
}

/** @returns the number, or a sentence that says why there is none */
async function figureOf(
  call: Call,
  workload: Workload,
  figure: Figure,
  about: Place,
): Promise<number | string> {
  let sum = 0;
  for (const { client, keys } of workload.placesFor(figure.for)) {
    const place = { client, keys: { ...keys, ...about.keys } };
    const answer = await call(figure.operation, workload.inputFor(place, figure.input));
    if (answer.kind === 'refused')
      return `${figure.operation} was refused with ${answer.problem.code}`;
    if (answer.kind !== 'ok') return answer.reason;
    for (const pointer of [figure.sum].flat()) {
      const found = numbersAt(answer.output, pointer.split('/').slice(1));
      if (!found && figure.absent === undefined)
        return `${figure.operation} has no number at ${pointer}`;
      sum += found ? found.reduce((total, each) => total + each, 0) : figure.absent!;
    }
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
