import type { Contract, RequestShape } from './contract.ts';
import type { Answer, Service, SubscribeAnswer, Subscription } from './service.ts';

/**
 * The service behind the contract's gate: what is no operation is NOT_SUPPORTED, what lacks the message's shape is
 * INVALID_REQUEST, and a rejection becomes INTERNAL. What a subscriber sends is parted into `send` and `invalid`. Behind it, inputs can
 * be trusted.
 */
export function validated(service: Service, contract: Contract): Service {
  const refusal = (code: string, detail: string) => ({ problem: contract.problem(code, detail) });
  return {
    async call(operation, input): Promise<Answer> {
      const known = contract.operations.get(operation);
      if (!known) return refusal('NOT_SUPPORTED', `there is no operation ${operation} here`);
      const fault = known.request.fault(input);
      if (fault !== undefined) return refusal('INVALID_REQUEST', fault);
      try {
        return await service.call(operation, input);
      } catch (error) {
        return refusal('INTERNAL', `${operation}: ${explain(error)}`);
      }
    },
    async subscribe(stream, input, onMessage): Promise<SubscribeAnswer> {
      const known = contract.streams.get(stream);
      if (!known) return refusal('NOT_SUPPORTED', `there is no stream ${stream} here`);
      const fault = known.request.fault(input);
      if (fault !== undefined) return refusal('INVALID_REQUEST', fault);
      try {
        const answer = await service.subscribe(stream, input, onMessage);
        if ('problem' in answer || !known.send) return answer;
        return sendingValidated(answer, known.send);
      } catch (error) {
        return refusal('INTERNAL', `${stream}: ${explain(error)}`);
      }
    },
    close: () => service.close(),
  };
}

function sendingValidated(inner: Subscription, shape: RequestShape): Subscription {
  return {
    send(message) {
      const fault = shape.fault(message);
      if (fault === undefined) inner.send?.(message);
      else inner.invalid?.(fault);
    },
    close: () => inner.close(),
  };
}

function explain(error: unknown): string {
  console.error(error);
  return error instanceof Error ? error.message : String(error);
}
