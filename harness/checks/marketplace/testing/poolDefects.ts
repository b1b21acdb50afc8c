/** Named defects of the load balancer, "a market that ...", each with the clauses that must find it; and what the contract leaves open of pools. */
export const POOL_DEFECTS = {
  'keeps what fails': ['MKT-LB-01.a'],
  'leaves a backend after one failure fewer': ['MKT-LB-01.a'],
  'counts failures that are not in a row': ['MKT-LB-01.a'],
  'picks what is set unhealthy': ['MKT-LB-01.a', 'MKT-LB-01.c'],
  'never picks again what was unhealthy': ['MKT-LB-01.a'],
  'counts a request that is completed twice': ['MKT-LB-01.a'],
  'never tries what has failed': ['MKT-LB-01.b'],
  'tries what has failed too soon': ['MKT-LB-01.b'],
  'lets a crowd through half open': ['MKT-LB-01.b'],
  'takes a backend back after a failed probe': ['MKT-LB-01.b'],
  'tries again at once after a failed probe': ['MKT-LB-01.b'],
  'needs a second probe': ['MKT-LB-01.b'],
  'picks what has failed when nothing else is left': ['MKT-LB-01.c'],
  'fails when no backend is left': ['MKT-LB-01.c'],
  'picks at random': ['MKT-LB-02.a', 'MKT-LB-02.b'],
  'picks in turn': ['MKT-LB-02.a', 'MKT-LB-02.b'],
  'picks what was picked least': ['MKT-LB-02.b'],
  'picks the first that it may': ['MKT-LB-02.a', 'MKT-LB-02.b'],
  'picks a backend of another pool': ['MKT-LB-02.a', 'MKT-LB-02.b'],
  'keeps in flight what is completed': ['MKT-LB-02.a', 'MKT-LB-02.b'],
  'shows nothing in flight': ['MKT-LB-02.a', 'MKT-LB-02.b'],
} as const;

/** The first choice of each is the default. */
export const POOL_FREEDOMS = {
  balancing: ['least loaded', 'better of two', 'least load and latency'],
  probing: ['at once', 'in its turn'],
  completedTwice: ['answered', 'unknown'],
} as const;

export type PoolDefect = keyof typeof POOL_DEFECTS;
