/** Simulators that answer a greeting with what they heard, or do what its text says. */
import { once } from 'node:events';
import type { CreateSimulators } from '../world.ts';
import { WrongCall } from '../wrongCall.ts';

export const createSimulators: CreateSimulators = () => {
  const left: string[] = [];
  return {
    async call({ operation, input, headers, body, signal }) {
      const { name, text } = input;
      switch (text) {
        case 'be silent':
          return { kind: 'silence' };
        case 'cut':
          return { kind: 'reset' };
        case 'speak plainly':
          return { kind: 'reply', status: 202, body: 'NaN' };
        case 'break':
          throw new Error('a spring is broken.');
        case 'make no sense':
          throw new WrongCall('nobody greets like this.');
        case 'wait until I leave':
          if (!signal.aborted) await once(signal, 'abort');
          left.push(String(name));
          return { kind: 'silence' };
        default: {
          const said = headers['x-said'] ?? null;
          return { kind: 'reply', status: 200, body: { operation, input, said, body } };
        }
      }
    },
    ask({ ask }) {
      if (ask === 'left') return left;
      throw new Error(`Nobody knows ${String(ask)}.`);
    },
  };
};
