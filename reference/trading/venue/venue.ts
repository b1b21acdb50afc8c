/**
 * The sequencer: one writer for the whole venue. A command is admitted in the order of arrival, carried out (on the shards, where
 * it matches), journaled, and only then answered and published. Commands of one turn of the event loop share a commit. Reads
 * wait for the commit of what is carried out, so nobody sees what could still be lost.
 */
import { groupCommit } from '../../kit/groupCommit.ts';
import { hashRing } from '../../kit/hashRing.ts';
import type { Answer, Subscription } from '../../kit/service.ts';
import { auditBody } from './auditEvent.ts';
import type { AuditRecord } from './auditEvent.ts';
import { nextDeadlineMs, reachDeadlines } from './breakerDeadlines.ts';
import { commands } from './commands/commands.ts';
import { feedHub } from './feedHub.ts';
import { conflicts, footprintOf } from './footprint.ts';
import { catchUp } from './marketData.ts';
import type { Running, Waiting } from './pipeline.types.ts';
import type { Command, Finished, ShardResult, Venue } from './program.ts';
import type { ReadView } from './reads.ts';
import { replay } from './replay.ts';
import { stageClock } from './stageClock.ts';
import { emptyState } from './state.ts';
import type { VenueState } from './state.ts';
import type { TradingVenue, VenueOptions } from './venue.types.ts';

/** Commands and reads that wait for their turn; more are refused. */
const MAX_WAITING = 50_000;

/** Commands that match at the same time: enough to keep many shards busy, few enough to look at for each admission. */
const MAX_IN_FLIGHT = 32;

/** Replays the journal first; rejects when the journal is corrupt or does not replay. */
export async function openVenue(options: VenueOptions): Promise<TradingVenue> {
  const { journal, clock, nowNs, problem } = options;
  const hub = feedHub();
  const group = groupCommit(journal, (error) => rebuild(error, 'unwritable', 'AUDIT_UNAVAILABLE'));
  const queue: Waiting[] = [];
  let running: Running[] = [];
  let shards = options.startShards();
  const ring = hashRing(shards.count);
  const venue: Venue & { state: VenueState } = {
    state: emptyState(),
    problem: (code, detail, { auditSeq }) => ({ problem: problem(code, detail, { auditSeq }) }),
    recall,
    shardOf: (symbol) => ring.nodeOf(symbol),
  };
  /** unwritable: the journal refused the last group, and has taken nothing since. */
  let mode: 'open' | 'unwritable' | 'recovering' | 'closed' = 'recovering';
  let isPumping = false;
  await replay(journal, venue, shards);
  mode = 'open';

  function enqueue(work: Waiting['work']): Promise<Answer> {
    return new Promise((settle) => {
      if (mode === 'closed') return settle(unavailable('OVERLOADED', 'the venue is closing'));
      if (queue.length >= MAX_WAITING) {
        return settle(unavailable('OVERLOADED', `${MAX_WAITING} requests wait: send slower`));
      }
      queue.push({ work, settle, receivedNs: nowNs() });
      pump();
    });
  }

  /** Does what can be done now. Not entered twice: who is told of a commit may send the next command at once. */
  function pump(): void {
    if (isPumping) return;
    isPumping = true;
    try {
      while (pumpOne());
    } finally {
      isPumping = false;
    }
  }

  function pumpOne(): boolean {
    if (mode === 'recovering' || mode === 'closed') return false;
    const head = running[0];
    if (head?.result) {
      advance(head, head.result);
      return true;
    }
    if (head?.finished) {
      finish(head, head.finished);
      return true;
    }
    const next = queue[0];
    if (!next || !mayBegin(next)) return false;
    queue.shift();
    if (next.work.kind === 'read') beginRead(next, next.work.look);
    else beginCommand(next, next.work);
    return true;
  }

  /** In order of arrival; beside others only what neither notices them nor is noticed by them. */
  function mayBegin({ work }: Waiting): boolean {
    if (running.length === 0) return true;
    if (running.length >= MAX_IN_FLIGHT || work.kind === 'read') return false;
    if (nextDeadlineMs(venue.state) <= clock.nowMs()) return false;
    const later = footprintOf(venue.state, work.operation, work.input);
    if (!later) return false;
    return running.every(({ footprint }) => footprint && !conflicts(venue.state, footprint, later));
  }

  function beginCommand(
    { settle, receivedNs }: Waiting,
    { operation, input }: { operation: string; input: object },
  ): void {
    if (mode === 'unwritable' && !isWritable()) {
      return settle(unavailable('AUDIT_UNAVAILABLE', 'the audit journal cannot be written'));
    }
    mode = 'open';
    const nowMs = clock.nowMs();
    reachDeadlines(venue.state, nowMs);
    const command: Command = { operation, input, nowMs, auditSeq: group.nextSeq + running.length };
    const program = commands.get(operation)!(venue, command);
    const stages = stageClock(nowNs, receivedNs);
    const footprint = footprintOf(venue.state, operation, input);
    advance({ command, footprint, program, stages, settle });
  }

  /** Goes on with a command until it is finished or waits for a shard. */
  function advance(command: Running, answered?: ShardResult): void {
    const { program, stages } = command;
    try {
      let step = answered ? program.next(answered) : program.next();
      stages.lap(answered ? 'execute' : 'risk');
      while (!step.done) {
        const result = shards.run(step.value);
        if (result instanceof Promise) return waitForShard(command, result);
        stages.lap('match');
        step = program.next(result);
        stages.lap('execute');
      }
      conclude(command, step.value);
    } catch (error) {
      running = [...running.filter((other) => other !== command), command];
      breakDown(error);
    }
  }

  function waitForShard(command: Running, result: Promise<ShardResult>): void {
    delete command.result;
    if (!running.includes(command)) running.push(command);
    result.then(
      (answered) => {
        command.stages.lap('match');
        command.result = answered;
        pump();
      },
      (error: unknown) => {
        // One that a rebuilding gave up has been answered.
        if (running.includes(command)) breakDown(error);
      },
    );
  }

  /** The journal has the order of admission, so what was done at once waits for what came before it. */
  function conclude(command: Running, finished: Finished): void {
    const isFirst = running.length === 0 || running[0] === command;
    if (isFirst || finished.kind === 'resend') return finish(command, finished);
    command.finished = finished;
    running.push(command);
  }

  function finish(command: Running, finished: Finished): void {
    if (running[0] === command) running.shift();
    const { settle, stages } = command;
    if (finished.kind === 'resend') {
      // The original may still be in the group.
      group.afterwards((fate) => settle(fate === 'committed' ? finished.answer : unwritten()));
      return;
    }
    const body = auditBody(command.command, finished);
    const messages = venue.state.outbox;
    venue.state.outbox = [];
    group.add(body, (fate) => {
      if (fate === 'refused') return settle(unwritten());
      hub.publish(messages);
      settle(stages.stamp(finished.answer));
    });
  }

  function beginRead(waiting: Waiting, look: (view: ReadView) => Answer): void {
    // With shards elsewhere, commands that begin before the next commit would show what they reserve.
    if (shards.areElsewhere) group.flush();
    group.afterwards(() => {
      if (mode === 'recovering') queue.unshift(waiting);
      else waiting.settle(tryToLook(look));
    });
  }

  /** A read that fails must not keep the others of its group from their answers. */
  function tryToLook(look: (view: ReadView) => Answer): Answer {
    try {
      return look(presentView());
    } catch (error) {
      console.error(error);
      return unavailable('INTERNAL', String(error));
    }
  }

  function presentView(): ReadView {
    reachDeadlines(venue.state, clock.nowMs());
    hub.publish(venue.state.outbox);
    venue.state.outbox = [];
    return {
      state: venue.state,
      auditSeq: journal.lastSeq,
      readJournal: (fromSeq, limit) => journal.read(fromSeq, limit),
      recall,
      problem: (code, detail) => ({ problem: problem(code, detail) }),
    };
  }

  function recall(auditSeq: number): AuditRecord {
    const body = group.pending(auditSeq) ?? journal.read(auditSeq, 1)[0]!.body;
    return JSON.parse(body) as AuditRecord;
  }

  /** A defect of ours, or a shard that died: what is finished is written, and the rest never happened. */
  function breakDown(error: unknown): void {
    if (mode === 'recovering' || mode === 'closed') return;
    mode = 'recovering';
    group.flush();
    rebuild(error, 'open', 'INTERNAL');
  }

  /** The state holds what the journal does not: it is thrown away, and made again from the journal. */
  function rebuild(error: unknown, next: 'open' | 'unwritable', code: string): void {
    console.error(error);
    mode = 'recovering';
    for (const { settle } of running) settle(unavailable(code, 'the command was undone'));
    running = [];
    void shards.close();
    shards = options.startShards();
    venue.state = emptyState();
    replay(journal, venue, shards).then(
      () => {
        mode = next;
        pump();
      },
      // Neither the state nor the journal can be trusted now: better no venue than a wrong one.
      (fatal: unknown) => {
        console.error(fatal);
        shut('INTERNAL', 'the audit journal does not replay: look into the log');
      },
    );
  }

  function shut(code: string, detail: string): void {
    mode = 'closed';
    for (const { settle } of queue.splice(0)) settle(unavailable(code, detail));
  }

  function isWritable(): boolean {
    try {
      journal.setMeta('probe', String(clock.nowMs()));
      return true;
    } catch {
      return false;
    }
  }

  function unavailable(code: string, detail: string): Answer {
    return { problem: problem(code, detail) };
  }

  function unwritten(): Answer {
    return unavailable('AUDIT_UNAVAILABLE', 'the audit journal could not be written');
  }

  return {
    command: (operation, input) => enqueue({ kind: 'command', operation, input }),
    read: (look) => enqueue({ kind: 'read', look }),
    async subscribe(request, onMessage) {
      let subscription: Subscription | undefined;
      const look = ({ state, problem }: ReadView): Answer => {
        const instrument = state.instruments.get(request.symbol);
        if (!instrument) return problem('UNKNOWN_SYMBOL', `${request.symbol} has not been put`);
        const { messages, lastSeq } = catchUp(instrument, request.fromSeq);
        subscription = hub.subscribe(request.symbol, messages, lastSeq, onMessage);
        return { output: {} };
      };
      const answer = await enqueue({ kind: 'read', look });
      return 'problem' in answer ? answer : subscription!;
    },
    nextDeadlineMs: () => nextDeadlineMs(venue.state),
    async close() {
      if (mode === 'closed') return;
      group.flush();
      shut('OVERLOADED', 'the venue is closing');
      await shards.close();
    },
  };
}
