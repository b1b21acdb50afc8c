/** Several nodes, each with a log of its own. A change is made when a majority has it; the log of the primary is the truth. */
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  CutReplica,
  ListReplicas,
  Replicas,
} from '../../../../spec/marketplace/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { has, inBackground, refused } from './life.ts';
import type { Life } from './life.ts';
import type { Operations } from './operations.ts';
import { foldSteps } from './state.ts';
import type { StepRecord } from './state.ts';

export interface Node {
  readonly nodeId: string;
  /** On its disk. */
  records: StepRecord[];
  isCut: boolean;
}

/** Survives a kill, but for the cuts. */
export interface Cluster {
  readonly nodes: readonly Node[];
  primary: Node;
}

/** Where replication lags behind the replies, a copy is so late. */
const LAG_MS = 300;

export function openCluster(nodes: number): Cluster {
  const [primary, ...others] = Array.from({ length: nodes }, (_none, index): Node => ({
    ...{ nodeId: `node-${index + 1}`, records: [], isCut: false },
  }));
  if (!primary) throw new Error('A market needs a node.');
  return { nodes: [primary, ...others], primary };
}

/** After a kill: all nodes are there again, and what a majority has is on the one with the longest log. @returns its log */
export function joinAll(cluster: Cluster): readonly StepRecord[] {
  const longest = cluster.nodes.reduce((one, other) =>
    other.records.length > one.records.length ? other : one,
  );
  cluster.primary = longest;
  for (const node of cluster.nodes) {
    node.isCut = false;
    node.records = [...longest.records];
  }
  return longest.records;
}

const isMajority = ({ nodes }: Cluster, some: readonly Node[]): boolean =>
  2 * some.length > nodes.length;

const reachable = ({ nodes }: Cluster): Node[] => nodes.filter(({ isCut }) => !isCut);

/** Whether there is a majority, and its primary is in it. */
export function canChange({ cluster }: Life): boolean {
  return !cluster.primary.isCut && isMajority(cluster, reachable(cluster));
}

/** @returns false where no majority takes it: then no node has it */
export function appendToNodes(life: Life, record: StepRecord): boolean {
  const { cluster } = life;
  const isLate = has(life, 'replies before a majority has it');
  const takers = reachable(cluster);
  if (!canChange(life)) {
    if (!has(life, 'takes changes without a majority')) return false;
    cluster.primary.records.push(record);
    return true;
  }
  if (!isLate) {
    for (const node of takers.filter((each) => isInStep(life, each))) node.records.push(record);
    return true;
  }
  cluster.primary.records.push(record);
  inBackground(life, async () => {
    await sleep(LAG_MS, undefined, { signal: life.signal });
    if (!cluster.primary.isCut) reachable(cluster).forEach((node) => copyTo(life, node));
  });
  return true;
}

/** What a node has missed it gets before the next change. */
function isInStep(life: Life, node: Node): boolean {
  const isBehind = node.records.length < life.cluster.primary.records.length;
  if (isBehind && has(life, 'never brings a lagging copy up to date')) return false;
  if (isBehind) copyTo(life, node);
  return true;
}

function copyTo({ cluster }: Life, node: Node): void {
  if (node !== cluster.primary) node.records = [...cluster.primary.records];
}

function cutReplica(life: Life, { nodeId, cut }: CutReplica): SystemAnswer {
  const { cluster } = life;
  const node = cluster.nodes.find((each) => each.nodeId === nodeId);
  if (!node) return refused('UNKNOWN_NODE');
  const wasCut = node.isCut;
  node.isCut = cut;
  elect(life);
  if (wasCut && !cut && !has(life, 'never brings a lagging copy up to date')) heal(life, node);
  return { output: { nodeId, cut } };
}

function elect(life: Life): void {
  if (life.freedoms.takeOver === 'at once') return takeOver(life);
  inBackground(life, async () => {
    await sleep(LAG_MS, undefined, { signal: life.signal });
    takeOver(life);
  });
}

/** Another node goes on when the primary is cut off: the one that has most of the log, where there is a majority. */
function takeOver(life: Life): void {
  const { cluster } = life;
  const [first, ...others] = reachable(cluster);
  if (!first || !cluster.primary.isCut || !isMajority(cluster, reachable(cluster))) return;
  cluster.primary = others.reduce(
    (one, other) => (other.records.length > one.records.length ? other : one),
    first,
  );
  life.state = foldSteps(cluster.primary.records);
}

function heal(life: Life, healed: Node): void {
  const missed = life.cluster.primary.records.slice(healed.records.length);
  const catchUp = (): void => {
    if (canChange(life)) reachable(life.cluster).forEach((node) => copyTo(life, node));
  };
  if (has(life, 'applies again what a node has missed')) applyAgain(life, missed);
  if (life.freedoms.catchUp === 'at once') return catchUp();
  inBackground(life, async () => {
    await sleep(LAG_MS, undefined, { signal: life.signal });
    catchUp();
  });
}

/** The holds of the missed steps are counted once more. */
function applyAgain(life: Life, missed: readonly StepRecord[]): void {
  const { state } = life;
  const stocks = new Map(state.stocks);
  for (const { lines, state: at } of missed.flatMap(({ reservations }) => reservations)) {
    if (at !== 'HELD') continue;
    for (const { productId, quantity } of lines) {
      const stock = stocks.get(productId);
      if (stock) {
        stocks.set(productId, {
          ...stock,
          held: Math.min(stock.onHand - stock.confirmed, stock.held + quantity),
          version: stock.version + 1,
        });
      }
    }
  }
  const record: StepRecord = {
    ...{ stocks: [...stocks.values()], reservations: [], orders: [], keys: [], rings: [] },
    maxOrdersInProgress: null,
  };
  appendToNodes(life, record);
  life.state = foldSteps(life.cluster.primary.records);
}

function listReplicas(life: Life, { productId }: ListReplicas): SystemAnswer {
  if (!life.state.stocks.has(productId)) return refused('UNKNOWN_PRODUCT');
  const { nodes, primary } = life.cluster;
  const replicas = nodes.map((node) => {
    const copy = node.records
      .findLast(({ stocks }) => stocks.some((stock) => stock.productId === productId))
      ?.stocks.find((stock) => stock.productId === productId);
    return {
      ...{ nodeId: node.nodeId, primary: node === primary, reachable: !node.isCut },
      version: copy?.version ?? 0,
      available: copy ? copy.onHand - copy.held - copy.confirmed : 0,
    };
  });
  return { output: { replicas } satisfies Replicas };
}

export function createReplicas(life: Life): Operations {
  if (life.cluster.nodes.length === 1) return {};
  return {
    listReplicas: (input: ListReplicas) => listReplicas(life, input),
    cutReplica: (input: CutReplica) => cutReplica(life, input),
  };
}
