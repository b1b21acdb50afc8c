/** What this machine and the generator take for a conversation by themselves: the same clients at the same rates, with a server that says everything back. */
import { launchTarget } from '../../target/launchTarget.ts';
import type { LoadBench } from '../bench.types.ts';
import { groupsOf, scheduleOf } from '../conversation/conversationPlan.ts';
import type { ConversationScenario } from '../conversationFile.ts';
import { rootOf } from '../generator/localGenerator.ts';
import { nothingImplementation } from '../nothing/nothingImplementation.ts';
import { sampleLog } from '../sampleLog.ts';
import type { SampleLog } from '../sampleLog.ts';
import type { Stretch } from '../tally.ts';
import { withClients } from './conversationClients.ts';

export interface ConversationFloor {
  readonly log: SampleLog;
  readonly stretch: Stretch;
}

/** Of the measurement, for the server: its own first messages are slow. */
const WARM_UP_SHARE = 0.5;
/** About as long as a small message each way. */
const MESSAGE = { n: '$number', nothing: 'x'.repeat(200) };

/** @throws LaunchError when even that does not start, which says nothing about the implementation */
export async function conversationFloor(
  bench: LoadBench,
  scenario: ConversationScenario,
  count: number,
): Promise<ConversationFloor> {
  const { caseStudy, generator, placement, load, pacing, seed } = bench;
  const conversation: ConversationScenario = {
    ...scenario,
    groups: scenario.groups.map(({ name, perKey, sends, stalled }) => ({
      ...{ name, perKey, input: {} },
      ...(sends && !stalled && { sends: { ...sends, message: MESSAGE, answeredBy: '/n' } }),
    })),
  };
  const fromMs = 1000 * WARM_UP_SHARE * load.calibration.floorS;
  const stretch = { fromMs, toMs: fromMs + 1000 * load.calibration.floorS };
  const groups = groupsOf(conversation, count);
  const schedule = scheduleOf(groups, stretch.toMs, seed);
  const log = sampleLog(
    groups.map(({ group }) => group.name),
    schedule.startsMs,
  );
  const target = await launchTarget(caseStudy, nothingImplementation('http'));
  try {
    placement.place(target.processGroup);
    const file = { ...withClients(bench.file, conversation, count), setup: [], fill: [] };
    await generator.load({
      ...{ caseId: caseStudy.id, root: rootOf(caseStudy.dir), file, seed, conversation },
      ...{ runToken: 'floor', startsMs: schedule.startsMs, requests: 'workload' },
      address: target.address ?? null,
    });
    await generator.converse({
      ...{ groups, log, clientOf: schedule.clientOf, stalled: scheduleOf([], 0, seed) },
      ...{ phases: [stretch], stallsFromMs: Infinity, timeoutMs: scenario.timeoutMs },
      ...{ pacing, validation: 'none' },
    });
    return { log, stretch };
  } finally {
    await target.close();
  }
}
