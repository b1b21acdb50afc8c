/**
 * `npm run bench:venue`: how many commands a second the whole reference venue carries out in process (risk, matching, feed, audit
 * journal), without a network. The workload is that of the load (workload.json); making a request and learning from its reply
 * is not counted.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bench } from 'tinybench';
import { loadCaseStudy } from '../../harness/contract/loadCaseStudy.ts';
import { workload } from '../../harness/load/workload.ts';
import type { Call, Workload } from '../../harness/load/workload.ts';
import type { LoadRequest } from '../../harness/load/loadRequest.ts';
import { readWorkloadFile } from '../../harness/load/workloadFile.ts';
import type { JsonObject, Problem } from '../../harness/target/target.ts';
import type { Service } from '../../reference/kit/service.ts';
import openVenue from '../../reference/trading/module.ts';

const SEED = 1;
const CLOCK_MS = 0;
const MEASURED_MS = 3000;
const WARMUP_MS = 1000;
/** One command after another, and as many in flight as share one write of the journal. */
const IN_FLIGHT = [1, 64];

async function main(): Promise<void> {
  const bench = new Bench({ time: MEASURED_MS, warmupTime: WARMUP_MS });
  const venues: Opened[] = [];
  try {
    for (const inFlight of IN_FLIGHT) {
      const opened = await open();
      venues.push(opened);
      bench.add(`${inFlight} in flight`, () => carryOut(opened, inFlight), { async: true });
    }
    await bench.run();
    for (const { name, result } of bench.tasks) {
      if (result.state !== 'completed')
        throw new Error(`${name} did not complete: ${result.state}`);
      // By the mean time: the mean of the rates would count the fast batches twice.
      const { mean, rme, samplesCount } = result.latency;
      const inFlight = Number.parseInt(name);
      const commands = samplesCount * inFlight;
      console.log(
        `${name.padEnd(14)} ${Math.round((1000 * inFlight) / mean)} commands/s +- ${rme.toFixed(1)} %, ${commands} commands`,
      );
    }
  } finally {
    for (const { close } of venues) await close();
  }
}

interface Opened {
  readonly service: Service;
  readonly work: Workload;
  close(): Promise<void>;
}

async function open(): Promise<Opened> {
  const dataDir = mkdtempSync(join(tmpdir(), 'casemark-venue-'));
  const service = await openVenue({ dataDir, clockMs: CLOCK_MS });
  const caseStudy = loadCaseStudy('trading');
  const file = readWorkloadFile(caseStudy);
  const startsMs = new Float64Array(0);
  const work = workload({ caseStudy, file, seed: SEED, runToken: 'bench', startsMs });
  const refusal = await work.setUp(callOf(service));
  if (refusal !== undefined) throw new Error(`the venue could not be set up: ${refusal}`);
  return {
    service,
    work,
    async close() {
      await service.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

let turn = 0;

/** A batch, timed from the first call to the last reply; tinybench takes the time per batch from here. */
async function carryOut({ service, work }: Opened, inFlight: number) {
  const requests: LoadRequest[] = [];
  for (let made = 0; made < inFlight; made += 1) requests.push(work.nextOf(turn++));
  const startedMs = performance.now();
  const answers = await Promise.all(
    requests.map(({ operation, input }) => service.call(operation, input)),
  );
  const overriddenDuration = performance.now() - startedMs;
  answers.forEach((answer, index) => {
    const [status, reply] =
      'output' in answer ? [200, answer.output] : [answer.problem.status, answer.problem];
    const judged = requests[index]!.judge({
      kind: 'http',
      status,
      body: Buffer.from(JSON.stringify(reply)),
    });
    if ('reason' in judged) throw new Error(judged.reason);
  });
  return { overriddenDuration };
}

function callOf(service: Service): Call {
  return async (operation, input) => {
    const answer = await service.call(operation, input);
    return 'output' in answer
      ? { kind: 'ok', output: answer.output as JsonObject }
      : { kind: 'refused', problem: answer.problem as Problem };
  };
}

await main();
