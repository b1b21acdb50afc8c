/** A wrapper, as npm and shells are: the process that serves is a child of the one that was started. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { notePid } from './fakeServer.ts';

notePid();
const served = join(import.meta.dirname, 'answersUnknownCode.ts');
spawn(process.execPath, [served], { stdio: 'inherit' });
setInterval(() => undefined, 1_000);
