/** Where keys belong on a ring of hashes, without a search: points and keys are put in order together, and gone through once. */

export interface RingOf {
  readonly shardIds: readonly string[];
  /** All points of a shard, 0 <= point < 2^32. */
  pointsOf(shardId: string): readonly number[];
  /** On the same circle. */
  placeOf(key: string): number;
}

/** @returns of each key the shard of the next point at or after its place; of shards with the same point the first by name */
export function shardsByHand(
  { shardIds, pointsOf, placeOf }: RingOf,
  keys: readonly string[],
): string[] {
  const points = shardIds
    .toSorted()
    .flatMap((shardId) => pointsOf(shardId).map((at) => ({ at, shardId })))
    .sort((one, other) => one.at - other.at);
  const places = keys
    .map((key, index) => ({ at: placeOf(key), index }))
    .sort((one, other) => one.at - other.at);
  const found: string[] = [];
  let next = 0;
  for (const { at, index } of places) {
    while (next < points.length && points[next]!.at < at) next++;
    found[index] = points[next % points.length]!.shardId;
  }
  return found;
}

/** Of the fullest shard, over the mean. */
export function fullestOverMean(shardIds: readonly string[], found: readonly string[]): number {
  const counts = new Map(shardIds.map((shardId) => [shardId, 0]));
  for (const shardId of found) counts.set(shardId, (counts.get(shardId) ?? 0) + 1);
  return (Math.max(...counts.values()) * shardIds.length) / found.length;
}
