/** Says what runs while a run goes on: one line that is written over on a terminal, now and then a line elsewhere. */
import type { RunEvent } from '../run/event.ts';

/** Often enough to see that it lives, seldom enough for a log. */
const PLAIN_INTERVAL_MS = 5_000;

export interface Progress {
  event(event: RunEvent): void;
  /** Leaves the line free for the report. */
  end(): void;
}

export function progress(stream: NodeJS.WriteStream): Progress {
  let planned = 0;
  let judged = 0;
  let failed = 0;
  let startedMs = performance.now();
  let lastMs = 0;
  const running = new Set<string>();

  const say = (text: string): void => {
    if (stream.isTTY) {
      stream.write(`\r\u001b[2K${text.slice(0, (stream.columns || 80) - 1)}`);
      return;
    }
    if (performance.now() - lastMs < PLAIN_INTERVAL_MS && lastMs > 0) return;
    lastMs = performance.now();
    stream.write(`${text}\n`);
  };

  const line = (): string => {
    const elapsedS = (performance.now() - startedMs) / 1000;
    const leftS = judged > 0 ? Math.ceil((elapsedS / judged) * (planned - judged)) : undefined;
    const left = leftS === undefined ? '' : `, about ${leftS} s left`;
    const first = [...running][0];
    return `checked ${judged} of ${planned} clauses, ${failed} failed${left}${first === undefined ? '' : `: ${first}`}`;
  };

  return {
    event(event) {
      switch (event.kind) {
        case 'checks-planned':
          planned = event.clauses;
          startedMs = performance.now();
          return;
        case 'check-started':
          running.add(event.clause);
          return say(line());
        case 'clause-judged':
          running.delete(event.judgement.clause);
          judged += 1;
          if (event.judgement.verdict === 'fail') failed += 1;
          return say(line());
        case 'smoke':
          return say(`smoke: ${event.line.name} ${event.line.outcome}`);
        case 'progress':
          return say(event.message);
        case 'measurement':
          return say(`measured ${event.measurement.operation} ${event.measurement.metric}`);
        case 'fault':
          return say(`faults: ${event.fault.fault} ${event.fault.phase}`);
        case 'run-started':
        case 'campaign':
        case 'note':
        case 'target':
        case 'run-ended':
          return;
      }
    },
    end() {
      if (stream.isTTY) stream.write('\r\u001b[2K');
    },
  };
}
