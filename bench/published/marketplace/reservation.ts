/** The published text names `*Reservation` and gives it no fields: these are what its own calls need. */
export interface Reservation {
  readonly id: string;
  readonly productId: string;
  readonly quantity: number;
  readonly customerId: string;
  readonly expiresAtMs: number;
  state: 'HELD' | 'CONFIRMED' | 'RELEASED' | 'EXPIRED';
}
