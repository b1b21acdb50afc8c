/** What a player was sent, over all of its streams: for getMetrics. */
export interface Traffic {
  bytesOut: number;
  snapshots: number;
  fullSnapshots: number;
  /** Snapshots that were left out because the client did not read. */
  dropped: number;
}

export function newTraffic(): Traffic {
  return { bytesOut: 0, snapshots: 0, fullSnapshots: 0, dropped: 0 };
}
