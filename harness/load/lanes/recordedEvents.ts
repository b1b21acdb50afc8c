/** For tests of lanes: what they tell, in words, and a way to wait for it. */
import { once } from 'node:events';
import { EventEmitter } from 'node:events';
import type { Lane, LaneEvents, LaneReply } from './lane.ts';

export interface RecordedEvents extends LaneEvents {
  readonly told: string[];
  /** @returns what was told once there is this much of it */
  until(count: number): Promise<string[]>;
}

/** @param onIdle what to do with a lane when it is idle, the nth time, from 0 */
export function recordedEvents(onIdle?: (lane: Lane, nth: number) => void): RecordedEvents {
  const told: string[] = [];
  const changed = new EventEmitter();
  let idles = 0;
  const tell = (words: string): void => {
    told.push(words);
    changed.emit('told');
  };
  return {
    told,
    async until(count) {
      while (told.length < count) await once(changed, 'told');
      return told;
    },
    onIdle(lane) {
      tell('idle');
      onIdle?.(lane, idles++);
    },
    onReply(_, reply) {
      tell(`reply ${shown(reply)}`);
    },
    onBroken(_, reason) {
      tell(`broken: ${reason}`);
    },
    onGone(_, reason) {
      tell(`gone: ${reason}`);
    },
  };
}

function shown(reply: LaneReply): string {
  if (reply.kind === 'http') return `${reply.status} ${reply.body.toString()}`;
  return JSON.stringify(reply.answer);
}
