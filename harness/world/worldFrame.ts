/** Between what carries a call (HTTP, or nothing) and the simulators: holds it to its shape, and makes a reply of whatever goes wrong. */
import type { WorldOperation } from '../contract/caseStudy.ts';
import { createComplaints } from './complaints.ts';
import type { Complaints } from './complaints.ts';
import type { Simulators, WorldCall, WorldReply } from './world.ts';
import { WrongCall } from './wrongCall.ts';

export interface WorldFrame {
  readonly complaints: Complaints;
  /** Never rejects. */
  answer(operation: WorldOperation, call: Omit<WorldCall, 'operation'>): Promise<WorldReply>;
  /** A reply that says what was wrong with the call, which is remembered. */
  refuse(status: number, sentence: string): WorldReply;
}

export function createWorldFrame(simulators: Simulators): WorldFrame {
  const complaints = createComplaints();
  const refuse: WorldFrame['refuse'] = (status, sentence) => {
    complaints.add(sentence);
    return { kind: 'reply', status, body: { detail: sentence } };
  };
  return {
    complaints,
    refuse,
    async answer(operation, { input, headers, body, signal }) {
      const wrong = operation.request.validate(input);
      if (wrong !== undefined) {
        const message = operation.request.name;
        return refuse(
          400,
          `${operation.id} was called with what is no ${message} of world.schema.json: ${wrong}.`,
        );
      }
      try {
        return await simulators.call({ operation: operation.id, input, headers, body, signal });
      } catch (error) {
        if (error instanceof WrongCall) return refuse(400, `${operation.id}: ${error.message}`);
        const { message } = error as Error;
        return refuse(500, `A defect of the simulators themselves, in ${operation.id}: ${message}`);
      }
    },
  };
}
