/** Requests of which an entry has to tell, with what it has to tell of each. */
import type { Reply } from '../kit/replies.ts';
import type { JsonObject } from '../../target/target.ts';
import type { Person, Ward } from './wardTypes.ts';

export interface Deed {
  readonly requestId: string;
  readonly operation: string;
  readonly input: JsonObject;
  /** Undefined: without a valid session. */
  readonly by: Person | undefined;
  readonly reply: Reply<JsonObject>;
  /** The clock's time. */
  readonly atMs: number;
  /** For which reasons ACCESS_DENIED is right. */
  readonly reasons: readonly string[];
  /** Of createSession: who logs in. */
  readonly claimed?: Pick<Person, 'userId' | 'role' | 'organizationId'> | undefined;
  /** That the request does not name itself. */
  readonly patientId?: string | undefined;
  readonly grantId?: string | undefined;
}

export interface DeedOptions {
  readonly reasons?: readonly string[];
  readonly claimed?: Deed['claimed'];
  readonly patientId?: string;
  readonly grantId?: string;
  /** With the person's authorization, which is no session any more. */
  readonly isLoggedOut?: boolean;
}

export interface Diary {
  readonly ward: Ward;
  readonly deeds: readonly Deed[];
  /** Whatever the reply: it is written down. */
  act(
    by: Person | undefined,
    operation: string,
    input: object,
    options?: DeedOptions,
  ): Promise<Reply<JsonObject>>;
}

/**
 * @param nextMs told before each request: the clock's time then
 * @param afterwards told of each request as soon as it has its reply
 */
export function openDiary(
  ward: Ward,
  nextMs: () => Promise<number>,
  afterwards?: (deed: Deed) => Promise<void>,
): Diary {
  const deeds: Deed[] = [];
  return {
    ward,
    deeds,
    async act(by, operation, input, { isLoggedOut = false, reasons = [], ...more } = {}) {
      const atMs = await nextMs();
      const requestId = ward.requestId();
      const reply = await ward.ask(by, operation, { ...input, requestId });
      const told = { requestId, operation, input: input as JsonObject, reply, atMs, reasons };
      const deed = { ...told, by: isLoggedOut ? undefined : by, ...more };
      deeds.push(deed);
      await afterwards?.(deed);
      return reply;
    },
  };
}
