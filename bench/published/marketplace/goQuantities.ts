/** `quantity int`: the text takes any whole number and looks at none. All else of a request has the shape of the contract. */
import type { Contract } from '../../../reference/kit/contract.ts';

export function withGoQuantities(contract: Contract): Contract {
  const reserve = contract.operations.get('reserve');
  if (!reserve) throw new Error('the contract has no reserve');
  const fault = (input: unknown) => reserve.request.fault(withOneOfEach(input));
  const taken = { ...reserve, request: { ...reserve.request, fault } };
  return { ...contract, operations: new Map(contract.operations).set('reserve', taken) };
}

/** The request, with 1 for each quantity that is a whole number. */
function withOneOfEach(input: unknown): unknown {
  const { lines } = (input ?? {}) as { lines?: unknown };
  if (!Array.isArray(lines)) return input;
  return { ...(input as object), lines: lines.map(lineOfOne) };
}

function lineOfOne(line: unknown): unknown {
  const { quantity } = (line ?? {}) as { quantity?: unknown };
  return Number.isSafeInteger(quantity) ? { ...(line as object), quantity: 1 } : line;
}
