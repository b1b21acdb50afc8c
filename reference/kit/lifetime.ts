/** The service closes; what is in flight is taken up again at the next start. */
export class Closed extends Error {
  constructor() {
    super('the service is closing');
    this.name = 'Closed';
  }
}

/** What waits in the background ends with the service. */
export interface Lifetime {
  /** Rejects with Closed when the service closes meanwhile, or has closed. */
  pause(ms: number): Promise<void>;
  isClosed(): boolean;
  close(): void;
}

export function lifetime(): Lifetime {
  const pauses = new Set<() => void>();
  let closed = false;
  return {
    isClosed: () => closed,
    pause: (ms) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Closed());
        const end = (): void => {
          clearTimeout(timer);
          pauses.delete(end);
          if (closed) reject(new Closed());
          else resolve();
        };
        const timer = setTimeout(end, ms);
        pauses.add(end);
      }),
    close() {
      closed = true;
      for (const end of pauses) end();
    },
  };
}
