/** Lets a supervisor act at an exact moment of an exchange: above all kill the process just then. */
import type { FaultTarget } from './proxyFault.ts';

/**
 * `request-sent`: the whole request has come from the client. `reply-first-byte`: the reply has begun to come back (its head is
 * whole; a 1xx is no reply).
 */
export type Moment = 'request-sent' | 'reply-first-byte';

/** Before the bytes of that moment are forwarded, or once the system has taken them. */
export type HookOrder = 'before-forwarding' | 'after-forwarding';

export interface HookOptions {
  readonly moment: Moment;
  readonly order: HookOrder;
  readonly target: FaultTarget;
  /** The how many-th such moment from now on; 1 is the next. */
  readonly nth: number;
  /** Called once, at that moment: what it does synchronously is done before anything else of the proxy. */
  readonly act: (requestLine: string) => void;
}

export interface ArmedHook {
  /** The request line of the exchange at which it fired. */
  fired(): string | undefined;
  disarm(): void;
}

export interface Hooks {
  arm(options: HookOptions): ArmedHook;
  /** To be called at each moment; what it gives back is to be called in the order that it asks for. */
  at(moment: Moment, requestLine: string): DueHook | undefined;
}

export interface DueHook {
  readonly order: HookOrder;
  fire(): void;
}

interface Armed {
  readonly options: HookOptions;
  left: number;
  fired: string | undefined;
}

export function proxyHooks(matches: (target: FaultTarget, line: string) => boolean): Hooks {
  const armed = new Set<Armed>();
  return {
    arm(options) {
      const hook: Armed = { options, left: options.nth, fired: undefined };
      armed.add(hook);
      return {
        fired: () => hook.fired,
        disarm: () => void armed.delete(hook),
      };
    },
    at(moment, requestLine) {
      for (const hook of armed) {
        const { options } = hook;
        if (options.moment !== moment || !matches(options.target, requestLine)) continue;
        hook.left -= 1;
        if (hook.left > 0) continue;
        // Given away now: of exchanges at the same time one only may fire it.
        armed.delete(hook);
        return {
          order: options.order,
          fire() {
            hook.fired = requestLine;
            options.act(requestLine);
          },
        };
      }
      return undefined;
    },
  };
}
