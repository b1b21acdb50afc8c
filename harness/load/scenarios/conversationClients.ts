/** A workload whose clients and keys are those of one step of a conversation. */
import { clientsPerKey } from '../conversationFile.ts';
import type { ConversationScenario } from '../conversationFile.ts';
import type { WorkloadFile } from '../workloadFile.ts';
import { withKeys } from './ladderScenario.ts';

export function withClients(
  file: WorkloadFile,
  scenario: ConversationScenario,
  count: number,
): WorkloadFile {
  const clients = count * clientsPerKey(scenario);
  return { ...withKeys(file, scenario.key, count), clients };
}
