/** What a campaign of faults must leave of the tallies. It imports nothing: see index.ts. */

/* eslint-disable @typescript-eslint/no-explicit-any -- the types of the harness are not at hand here */
export const campaign = {
  partitionOf: (_operation: string, { tally }: any) => String(tally),
  // An addition that is repeated adds again.
  idempotencyKeyOf: () => undefined,
  witnessSeqOf: (_operation: string, output: any) => output?.additions,
  // One addition looks like another: what became of a lost one cannot be asked.
  lookUp: async () => ({ kind: 'absent' }),
  // Every reply has a total already; all that is left to see is that it starts once more.
  finalReads: ({ restart }: any) => restart(),
  judge({ history, kills }: any) {
    const { forgotten, invented } = wrongTotals(history.operations);
    const additions = history.operations.filter(({ operation }: any) => operation === 'add');
    const count = (outcome: string): number =>
      additions.filter((each: any) => each.outcome === outcome).length;
    return [
      {
        clause: 'TAL-KEEP-01.b',
        violations: forgotten,
        hits: { acknowledged: count('ok'), kills },
      },
      { clause: 'TAL-KEEP-01.c', violations: invented, hits: { lost: count('info') } },
    ];
  },
};

/** A total has all that was acknowledged before it was asked for, and nothing that was not asked for before it was told. */
function wrongTotals(operations: any[]): { forgotten: string[]; invented: string[] } {
  const forgotten: string[] = [];
  const invented: string[] = [];
  const acknowledged = new Map<string, number>();
  const possible = new Map<string, number>();
  const least = new Map<number, number>();
  const add = (sums: Map<string, number>, { input }: any): unknown =>
    sums.set(input.tally, (sums.get(input.tally) ?? 0) + (input.by ?? 0));
  const steps = operations.flatMap((operation) => [
    { at: operation.callEvent, operation, is: 'call' },
    ...(operation.outcome === 'ok' ? [{ at: operation.returnEvent, operation, is: 'ok' }] : []),
  ]);
  for (const { operation, is } of steps.sort((one, other) => one.at - other.at)) {
    const { id, input, output, outcome } = operation;
    if (is === 'call') {
      least.set(id, acknowledged.get(input.tally) ?? 0);
      if (outcome !== 'fail') add(possible, operation);
      continue;
    }
    const { total } = output;
    if (total < least.get(id)!)
      forgotten.push(`${input.tally} is ${total}, after ${least.get(id)} were acknowledged.`);
    if (total > possible.get(input.tally)!)
      invented.push(
        `${input.tally} is ${total}, when ${possible.get(input.tally)} were asked for.`,
      );
    add(acknowledged, operation);
  }
  return { forgotten, invented };
}
