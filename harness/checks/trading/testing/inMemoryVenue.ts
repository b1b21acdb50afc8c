/** A venue in this process answers at once. */
import type { JsonObject } from '../../../target/target.ts';
import type { InMemorySystem } from '../../testing/inMemoryTarget.ts';

export type VenueAnswer = { output: object } | { problem: { code: string } };

export interface InMemoryVenue extends InMemorySystem {
  call(operation: string, input: object): VenueAnswer;
  subscribe(
    stream: string,
    input: JsonObject,
    onMessage: (message: object) => void,
  ): object[] | { code: string };
}
