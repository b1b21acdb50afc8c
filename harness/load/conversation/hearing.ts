/** What becomes of the messages that clients of a conversation hear: counted, read for the numbers that answer, echoed, and some held to the schema. */
import type { Stream } from '../../contract/caseStudy.ts';
import { valueAt } from '../../run/placeholders.ts';
import type { Json } from '../../target/target.ts';
import type { ConversationGroup } from '../conversationFile.ts';
import type { Stretch } from '../tally.ts';
import { receivedPointers } from '../templates.ts';
import type { Workload } from '../workload.ts';
import type { WorkloadFile } from '../workloadFile.ts';
import { sendText } from './conversationClient.ts';
import type { ConversationClient } from './conversationClient.ts';
import type { GroupClients } from './conversationPlan.ts';
import { membersReader } from './readMembers.ts';
import type { ReadMembers } from './readMembers.ts';

export interface HearingOptions {
  readonly groups: readonly GroupClients[];
  readonly phases: readonly Stretch[];
  readonly stream: Stream;
  readonly work: Workload;
  readonly refusals: WorkloadFile['refusals'];
  readonly validation: 'sampled' | 'none';
}

export interface Hearing {
  onMessage(client: ConversationClient, message: Buffer, nowMs: number): void;
  /** Some of what was wrong in words, the first ones. */
  readonly errorSamples: readonly string[];
  checked(): { readonly ok: number; readonly refused: number; readonly errors: number };
}

/** One message in so many is parsed as a whole and held to the schema, so that the generator keeps its time. */
const VALIDATE_EVERY = 10;
const MAX_ERROR_SAMPLES = 5;

/** @param onAnswer everything that the client has sent up to this number is answered */
export function hearing(
  { groups, phases, stream, work, refusals, validation }: HearingOptions,
  { onAnswer }: { onAnswer(client: ConversationClient, number: number, nowMs: number): void },
): Hearing {
  const readers = new Map(groups.map(({ group }) => [group, groupReader(group, work)]));
  const errorSamples: string[] = [];
  const checked = { ok: 0, refused: 0, errors: 0 };
  let messages = 0;

  const wrong = (reason: string): void => {
    checked.errors += 1;
    if (errorSamples.length < MAX_ERROR_SAMPLES) errorSamples.push(`${stream.id}: ${reason}`);
  };
  const validate = (message: Buffer): void => {
    const value = JSON.parse(message.toString('utf8')) as Json;
    const fault = stream.message.validate(value);
    if (fault !== undefined) return wrong(`not the message ${stream.message.name}: ${fault}`);
    const isRefusal = refusals.replies.some(({ pointer, values }) =>
      values.includes(valueAt(value, pointer) as string),
    );
    checked[isRefusal ? 'refused' : 'ok'] += 1;
  };

  return {
    errorSamples,
    checked: () => ({ ...checked }),
    onMessage(client, message, nowMs) {
      const heard =
        client.heard[phases.findIndex(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs)];
      if (heard) {
        heard.messages += 1;
        heard.bytes += message.length;
      }
      const { read, answerOf, counterOf, echoOf } = readers.get(client.group)!;
      const values = read(message);
      if (!values) return wrong('a message that is not JSON');
      const number = answerOf(values);
      if (number !== undefined && number > client.sent)
        return wrong(`it answers the message ${number} of a client that has sent ${client.sent}`);
      if (number !== undefined) onAnswer(client, number, nowMs);
      const value = counterOf(values);
      if (heard && value !== undefined) {
        heard.counted.atMs.push(nowMs);
        heard.counted.value.push(value);
      }
      const echo = echoOf(client, values);
      if (echo === 'impossible') return wrong('a message that lacks what its echo is to say');
      if (echo !== undefined && sendText(client, echo.text) && heard) heard.echoes += 1;
      messages += 1;
      if (validation === 'none' || messages % VALIDATE_EVERY !== 1) return;
      try {
        validate(message);
      } catch {
        wrong('a message that is not JSON');
      }
    },
  };
}

type Values = readonly (Json | undefined)[];

interface GroupReader {
  readonly read: ReadMembers;
  answerOf(values: Values): number | undefined;
  counterOf(values: Values): number | undefined;
  /** What to send because of this message; `impossible` where the message lacks a value of it. */
  echoOf(
    client: ConversationClient,
    values: Values,
  ): { readonly text: string } | 'impossible' | undefined;
}

function groupReader({ sends, counter, echo }: ConversationGroup, work: Workload): GroupReader {
  const named = [sends?.answeredBy, counter?.pointer, echo?.when.pointer].filter(
    (pointer) => pointer !== undefined,
  );
  const copied = receivedPointers(echo?.message ?? {});
  const pointers = [...new Set([...named, ...copied])];
  const numberAt = (pointer: string | undefined): GroupReader['answerOf'] => {
    const place = pointer === undefined ? -1 : pointers.indexOf(pointer);
    return (values) => {
      const value = values[place];
      return typeof value === 'number' ? value : undefined;
    };
  };
  const compose = echo && work.composer(echo.message);
  return {
    read: membersReader(pointers),
    answerOf: numberAt(sends?.answeredBy),
    counterOf: numberAt(counter?.pointer),
    echoOf(client, values) {
      if (!echo || !compose) return undefined;
      const at = (pointer: string): Json | undefined => values[pointers.indexOf(pointer)];
      if (!echo.when.values.includes(at(echo.when.pointer) as string)) return undefined;
      client.matched += 1;
      if (client.matched % echo.every !== 0) return undefined;
      if (copied.some((pointer) => (at(pointer) ?? null) === null)) return 'impossible';
      return { text: JSON.stringify(compose(work.placeOf(client.client), { received: at })) };
    },
  };
}
