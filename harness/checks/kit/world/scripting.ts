/** The client's side of what every scripted world can be told and asked. */
import type { Json, JsonObject } from '../../../target/target.ts';

export interface Scripting<Name extends string, Behaviour> {
  /** The next calls of the operation with that id behave like `behaviours`, one each; those after them like `then` (default: usual). Replaces an earlier script. */
  script(
    operation: Name,
    id: string,
    behaviours: readonly Behaviour[],
    then?: Behaviour,
  ): Promise<void>;
  /** Answers what is held; later calls that the script would hold are answered at once. */
  release(operation: Name, id: string): Promise<void>;
  /** How many calls are held at the moment; one whose caller has gone away is not. */
  held(operation: Name, id: string): Promise<number>;
}

export function scripting<Name extends string, Behaviour>(
  ask: (question: JsonObject) => Promise<Json>,
): Scripting<Name, Behaviour> {
  return {
    script: async (operation, id, behaviours, then) =>
      void (await ask({
        ask: 'script',
        operation,
        id,
        behaviours: behaviours as unknown as Json,
        ...(then !== undefined && { then: then as unknown as Json }),
      })),
    release: async (operation, id) => void (await ask({ ask: 'release', operation, id })),
    held: async (operation, id) => (await ask({ ask: 'held', operation, id })) as number,
  };
}
