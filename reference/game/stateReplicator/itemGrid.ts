/**
 * Items that lie in the world, in cells. They lie still, so what is near a place stays near while one moves a little: a list is
 * made with a margin, and again only when its owner has left the margin or something was taken.
 */
import type { ItemState } from '../../../spec/game/messages.d.ts';

/** Numbers of items, rising. What has been handed out never changes. */
export type ItemList = readonly number[];

export interface ItemsAround {
  readonly x: number;
  readonly y: number;
  readonly takes: number;
  readonly list: ItemList;
}

export interface ItemGrid {
  /** The JSON of an item, as in a snapshot. */
  text(item: number): string;
  /** The JSON of its id. */
  idText(item: number): string;
  /** The texts of all of them, each with a comma. */
  bytesOf(list: ItemList): number;
  /**
   * Every item that lies within the radius of the place, and none beyond radius and hysteresis; `former` itself, where that still
   * holds for it.
   */
  around(x: number, y: number, former: ItemsAround | undefined): ItemsAround;
  /** Takes it out of the world. */
  take(id: string): void;
}

/** So many cells lie side by side within the reach of a list. */
const CELLS_IN_REACH = 4;
const MIN_CELL_MM = 1000;

/** A margin of more than this part of the radius would show more than it saves. */
const MAX_MARGIN_PART = 8;

export function itemGrid(
  items: readonly ItemState[],
  radiusMm: number,
  hysteresisMm: number,
): ItemGrid {
  const margin = Math.min(Math.floor(hysteresisMm / 2), Math.floor(radiusMm / MAX_MARGIN_PART));
  const reach = radiusMm + margin;
  const cellMm = Math.max(MIN_CELL_MM, Math.ceil(reach / CELLS_IN_REACH));
  const texts = items.map(({ id, x, y }) => `{"id":"${id}","x":${x},"y":${y}}`);
  const idTexts = items.map(({ id }) => `"${id}"`);
  const numbers = new Map(items.map(({ id }, number) => [id, number]));
  const cells = new Map<number, Set<number>>();
  const bytes = new WeakMap<ItemList, number>();
  let takes = 0;

  const place = (mm: number): number => Math.floor(mm / cellMm);
  items.forEach(({ x, y, owner }, number) => {
    if (owner !== null) return;
    const key = cellKey(place(x), place(y));
    const cell = cells.get(key);
    if (cell) cell.add(number);
    else cells.set(key, new Set([number]));
  });

  function listAround(x: number, y: number): ItemList {
    const list: number[] = [];
    for (let column = place(x - reach); column <= place(x + reach); column++) {
      for (let row = place(y - reach); row <= place(y + reach); row++) {
        for (const number of cells.get(cellKey(column, row)) ?? []) {
          const item = items[number]!;
          if ((item.x - x) ** 2 + (item.y - y) ** 2 <= reach * reach) list.push(number);
        }
      }
    }
    return list.sort((one, other) => one - other);
  }

  return {
    text: (item) => texts[item]!,
    idText: (item) => idTexts[item]!,
    bytesOf(list) {
      let sum = bytes.get(list);
      if (sum === undefined) {
        sum = list.reduce((total, item) => total + texts[item]!.length + 1, 0);
        bytes.set(list, sum);
      }
      return sum;
    },
    around(x, y, former) {
      if (former?.takes === takes && (former.x - x) ** 2 + (former.y - y) ** 2 <= margin * margin) {
        return former;
      }
      const list = listAround(x, y);
      const isSame = former !== undefined && equal(list, former.list);
      return { x, y, takes, list: isSame ? former.list : list };
    },
    take(id) {
      const number = numbers.get(id);
      if (number === undefined) return;
      const { x, y } = items[number]!;
      cells.get(cellKey(place(x), place(y)))?.delete(number);
      takes++;
    },
  };
}

/** More than there are cells side by side: the widest map has 10 000. */
const CELL_ROWS = 2 ** 20;

function cellKey(column: number, row: number): number {
  return column * CELL_ROWS + row;
}

function equal(one: ItemList, other: ItemList): boolean {
  return one.length === other.length && one.every((number, place) => number === other[place]);
}
