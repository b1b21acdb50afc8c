/** What can be done to an implementation while it works, and how deep each reaches. */

/**
 * How near to the implementation the harness gets. L0: only what a client does (timeouts, aborts, duplicates, slow reading). L1: the
 * network between, by a proxy. L2: its processes. L3: its host. L4: several nodes of it.
 */
export type FaultLevel = 'L0' | 'L1' | 'L2' | 'L3' | 'L4';

type FaultFamily = 'client' | 'net' | 'proc' | 'host' | 'nodes';

const LEVEL_OF_FAMILY: Readonly<Record<FaultFamily, FaultLevel>> = {
  client: 'L0',
  net: 'L1',
  proc: 'L2',
  host: 'L3',
  nodes: 'L4',
};

export const NETWORK_FAULTS = [
  'net.latency',
  'net.bandwidth',
  'net.slice',
  'net.blackhole',
  'net.reset',
  'net.end',
  'net.refuse',
  'net.lost-reply',
] as const;

export const PROCESS_FAULTS = [
  'proc.kill9',
  'proc.term',
  'proc.pause',
  'proc.double-crash',
] as const;

export const HOST_FAULTS = [
  'host.file-size',
  'host.descriptors',
  'host.tail-truncated',
  'host.tail-flipped',
  'host.disk-full',
] as const;

/** The faults that the harness itself plays; those of clients and of nodes would join here. */
export const FAULT_KINDS = [...NETWORK_FAULTS, ...PROCESS_FAULTS, ...HOST_FAULTS] as const;

export type NetworkFaultKind = (typeof NETWORK_FAULTS)[number];
export type ProcessFaultKind = (typeof PROCESS_FAULTS)[number];
export type HostFaultKind = (typeof HOST_FAULTS)[number];
export type FaultKind = (typeof FAULT_KINDS)[number];

export function levelOf(kind: `${FaultFamily}.${string}`): FaultLevel {
  return LEVEL_OF_FAMILY[kind.slice(0, kind.indexOf('.')) as FaultFamily];
}

/** The deepest of the levels; undefined when nothing was reached. */
export function deepest(levels: Iterable<FaultLevel>): FaultLevel | undefined {
  return [...levels].sort().at(-1);
}
