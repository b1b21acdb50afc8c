import { notePid } from './fakeServer.ts';

notePid();
console.error('warming up');
setInterval(() => undefined, 1_000);
