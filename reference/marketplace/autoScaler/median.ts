/** @param values one or more; they are put in order */
export function median(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >>> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}
