/**
 * Consistent hashing: every node has many points on a ring of 32-bit hashes, and a key belongs to the node of the next point.
 * Adding the n-th node moves about 1/n of the keys, and only to it. Own code, because the package for it (hashring) is old and
 * untyped, and this is one sorted array.
 */
import { hash } from 'node:crypto';

/** Points a node: 128 keep the largest share of ten nodes within about 1.3 times the mean. */
const POINTS_PER_NODE = 128;

export interface HashRing {
  /** Index of the key's node, 0 <= index < nodes. */
  nodeOf(key: string): number;
}

/** A ring of nodes 0..nodes-1; the same for the same number of nodes, on every machine and after every restart. */
export function hashRing(nodes: number): HashRing {
  return namedHashRing(
    Array.from({ length: nodes }, (_, node) => String(node)),
    POINTS_PER_NODE,
  );
}

/**
 * A ring of nodes with different names. The name alone decides where a node's points are; where two nodes have the same point it is
 * the former's. The largest share of many nodes is about 1 + 2.5 / sqrt(pointsPerNode) times the mean.
 */
export function namedHashRing(names: readonly string[], pointsPerNode: number): HashRing {
  if (names.length < 1) throw new RangeError('a hash ring needs 1 node or more');
  // Place and node in one number, below 2^53: so they sort as numbers do, by place and then by node.
  const points = new Float64Array(names.length * pointsPerNode);
  names.forEach((name, node) => {
    for (let point = 0; point < pointsPerNode; point++) {
      points[node * pointsPerNode + point] = position(`${name}/${point}`) * names.length + node;
    }
  });
  points.sort();
  return {
    nodeOf(key) {
      const first = position(key) * names.length;
      let low = 0;
      let high = points.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (points[middle]! < first) low = middle + 1;
        else high = middle;
      }
      return points[low % points.length]! % names.length;
    },
  };
}

function position(text: string): number {
  return hash('sha256', text, 'buffer').readUInt32BE(0);
}
