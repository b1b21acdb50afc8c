import { notePid } from './fakeServer.ts';

notePid();
console.error('no licence file found');
process.exit(3);
