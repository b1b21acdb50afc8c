/**
 * The process that stands between casemark and the implementation and has Clinic Doctor watch it. Run by diagnose.ts in the
 * implementation's own folder, never imported: `node underDoctor.ts DOCTOR SCRATCH HTML COMMAND...`. SIGINT ends the implementation and
 * begins the analysis; exit code 0 says that HTML was written.
 *
 * A process of its own, because Doctor writes into the working folder, takes signals for itself, and needs a lot of memory.
 */
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

/** What is used of @clinic/doctor 11, which has no types. */
interface Doctor extends EventEmitter {
  collect(command: string[], done: (error: Error | null, dataDir: string) => void): void;
  visualize(dataDir: string, htmlFile: string, done: (error?: Error | null) => void): void;
}
type DoctorClass = new (options: { dest: string }) => Doctor;

/** An implementation that was asked to end and goes on has no data for Doctor: it writes them at its exit. */
const MAX_STOP_MS = 10_000;

/** Doctor starts what it watches where it stands itself; `exec` keeps the process that it knows. */
const IN_FOLDER = 'cd "$1" && shift && exec "$@"';

const [doctorFile, scratchDir, htmlFile, ...command] = process.argv.slice(2) as [
  string,
  string,
  string,
  ...string[],
];
main();

function main(): void {
  const implementationDir = process.cwd();
  process.chdir(scratchDir);
  // Else V8's trace would be written to the implementation's folder, where Doctor would not find it.
  const pattern = `"${scratchDir.replaceAll(/["\\]/g, '\\$&')}/node_trace.\${rotation}.log"`;
  const given = process.env['NODE_OPTIONS'] ?? '';
  process.env['NODE_OPTIONS'] = `${given} --trace-event-file-pattern=${pattern}`.trim();

  const ClinicDoctor = createRequire(import.meta.url)(doctorFile) as DoctorClass;
  const doctor = new ClinicDoctor({ dest: scratchDir });
  let state: 'running' | 'stopping' = 'running';
  process.on('SIGINT', () => {
    state = 'stopping';
    const late = `It did not end within ${MAX_STOP_MS} ms of SIGINT, so Doctor has nothing to analyse: let it exit on SIGINT.`;
    const timer = setTimeout(() => giveUp(late), MAX_STOP_MS);
    doctor.once('analysing', () => clearTimeout(timer));
  });
  doctor.once('analysing', () => {
    if (state === 'running') giveUp('It ended before it was asked to.');
  });
  doctor.on('warning', (warning) => console.error(String(warning)));
  doctor.collect(['sh', '-c', IN_FOLDER, 'sh', implementationDir, ...command], (error, dataDir) => {
    if (error) return giveUp(error.message);
    doctor.visualize(dataDir, htmlFile, (failure) => {
      if (failure) return giveUp(failure.message);
      process.exit(0);
    });
  });
}

function giveUp(reason: string): void {
  console.error(`Clinic Doctor: ${reason}`);
  process.exit(1);
}
