import { expect, test } from 'vitest';
import { evidence } from '../../fault/evidence.ts';
import type { Evidence } from '../../fault/evidence.ts';
import { auditDown } from './auditDown.ts';
import type { Defect } from './testing/defects.ts';
import type { Disk } from './testing/disk.ts';
import { runCheckOn } from './testing/judgeRecords.ts';

async function judge(defects: readonly Defect[]): Promise<Record<string, number>> {
  let disk: Disk | undefined;
  const set = async (isWritable: boolean): Promise<Evidence> => {
    if (disk) disk.isWritable = isWritable;
    return evidence('installed', isWritable ? 'as it was' : 'full');
  };
  const check = auditDown(async () => ({
    evidence: await set(false),
    heal: () => set(true),
  }));
  return runCheckOn(check, {
    defects,
    onLaunch(launched) {
      disk ??= launched.disk;
    },
  });
}

test('a system that refuses what it cannot record passes', async () => {
  const hits = await judge([]);
  expect(hits['refused']).toBeGreaterThanOrEqual(8);
});

test.each<Defect>(['shows what it cannot record', 'opens emergencies that it cannot record'])(
  'a system that %s fails',
  async (defect) => {
    await expect(judge([defect])).rejects.toThrow();
  },
);
