/** Order ids that are open, to pick one at random: adding, removing and picking cost the same however many there are. */
export class LiveOrders {
  count = 0;
  private readonly ids: Int32Array;
  private readonly places: Int32Array;

  constructor(maxOrderId: number) {
    this.ids = new Int32Array(maxOrderId + 1);
    this.places = new Int32Array(maxOrderId + 1);
  }

  add(orderId: number): void {
    this.places[orderId] = this.count;
    this.ids[this.count++] = orderId;
  }

  remove(orderId: number): void {
    const last = this.ids[--this.count]!;
    const place = this.places[orderId]!;
    this.ids[place] = last;
    this.places[last] = place;
  }

  pick(place: number): number {
    return this.ids[place]!;
  }
}
