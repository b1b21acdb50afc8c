/** What a confined solution may take of the machine. */
export interface ConfinementLimits {
  /** Resident, of all its processes together; looked at every POLL_MS. */
  readonly memoryMiB: number;
  readonly processes: number;
  /** Of one file. */
  readonly fileMiB: number;
  readonly openFiles: number;
}

/** Room for a JVM (its threads count as processes), for the data of a whole check in memory, and for a socket each of its clients. */
export const DEFAULT_LIMITS: ConfinementLimits = {
  memoryMiB: 1024,
  processes: 512,
  fileMiB: 256,
  openFiles: 4096,
};

/** As the words that prlimit takes. */
export function prlimitWords(limits: ConfinementLimits, user: 'nobody' | 'same'): string[] {
  return [
    // An ordinary user's own processes count too: there only the watcher counts.
    ...(user === 'nobody' ? [`--nproc=${limits.processes}`] : []),
    `--fsize=${limits.fileMiB * 1024 * 1024}`,
    `--nofile=${limits.openFiles}`,
    '--core=0',
  ];
}
