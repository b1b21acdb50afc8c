/**
 * Stands for @clinic/doctor 11: the same calls, signals and events, and instead of an analysis a record of how it was used
 * (RECORD_FILE). With FAIL_ANALYSIS its analysis fails.
 */
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';

// What require() gives, as the real one has it.
export { FakeDoctor as 'module.exports' };

class FakeDoctor extends EventEmitter {
  constructor(options) {
    super();
    this.record = { options, cwd: process.cwd() };
  }

  collect(command, done) {
    const child = spawn(command[0], command.slice(1), { stdio: 'inherit' });
    Object.assign(this.record, { command, pid: child.pid, nodeOptions: process.env.NODE_OPTIONS });
    process.once('SIGINT', () => child.kill('SIGINT'));
    child.once('exit', (code, signal) => {
      this.record.exit = signal ?? code;
      this.emit('analysing');
      done(null, `${this.record.options.dest}/data`);
    });
  }

  visualize(dataDir, htmlFile, done) {
    if (process.env.FAIL_ANALYSIS) return done(new Error('the trace makes no sense'));
    writeFileSync(htmlFile, '<!doctype html>');
    writeFileSync(process.env.RECORD_FILE, JSON.stringify({ ...this.record, dataDir }));
    done(null);
  }
}
