/**
 * One generator in a process of its own, so that none pays for what another has taught the compiler. Run with its name and the
 * server's port; answers each Session that it is sent with a SessionResult.
 */
import autocannon from 'autocannon';
import { closedLoopLanes } from '../../harness/load/lanes/closedLoopLanes.ts';
import type { LaneReply, LaneRequest } from '../../harness/load/lanes/lane.ts';
import { rawHttpLanes } from '../../harness/load/lanes/rawHttpLane.ts';

export interface Session {
  readonly connections: number;
  /** Whole, because autocannon's clock ticks once a second. */
  readonly seconds: number;
}

export interface SessionResult {
  readonly rps: number;
  readonly errors: number;
}

const BODY_BYTES = 27;
/** Left out at the beginning of each session, while connections open. */
const WARMUP_MS = 200;

const [name, port] = [process.argv[2], Number(process.argv[3])];

process.on('message', (session: Session) => {
  const run = name === 'lanes' ? overLanes : byAutocannon;
  void run(session).then((result) => process.send!(result));
});
process.send!('ready');

async function overLanes({ connections, seconds }: Session): Promise<SessionResult> {
  const { achievedRps, errors } = await closedLoopLanes({
    openLane: rawHttpLanes({ host: '127.0.0.1', port }),
    lanes: connections,
    warmupMs: WARMUP_MS,
    durationMs: seconds * 1000,
    request,
    judge,
  });
  return { rps: achievedRps, errors };
}

function request(turn: number): LaneRequest {
  return { operation: 'get', input: { turn }, http: { method: 'GET', path: '/' } };
}

function judge(reply: LaneReply): 'ok' | 'error' {
  const isExpected =
    reply.kind === 'http' && reply.status === 200 && reply.body.length === BODY_BYTES;
  return isExpected ? 'ok' : 'error';
}

async function byAutocannon({ connections, seconds }: Session): Promise<SessionResult> {
  const url = `http://127.0.0.1:${port}/`;
  const result = await autocannon({ url, connections, duration: seconds });
  return { rps: result['2xx'] / result.duration, errors: result.errors + result.non2xx };
}
