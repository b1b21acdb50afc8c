/** A snapshot's JSON as it grows, never beyond a size. Ids are ASCII and nothing needs an escape, so that a character is a byte. */

const SECTIONS = ['players', 'items', 'removedPlayers', 'removedItems', 'events'] as const;

/** Events too: nobody has to count them for the whole one. */
const ONLY_IN_CHANGES: readonly Section[] = ['removedPlayers', 'removedItems', 'events'];

export type Section = (typeof SECTIONS)[number];

export class Packet {
  /** Of the text so far, in bytes. */
  size: number;
  /** In bytes. */
  limit: number;
  readonly #head: string;
  readonly #baseTick: number | null;
  readonly #texts: Record<Section, string> = {
    players: '',
    items: '',
    removedPlayers: '',
    removedItems: '',
    events: '',
  };

  constructor(head: SnapshotHead, limit = Infinity) {
    const { tick, baseTick, lastInputSeq } = head;
    this.#head = `{"type":"snapshot","tick":${tick},"baseTick":${baseTick},"lastInputSeq":${lastInputSeq}`;
    this.#baseTick = baseTick;
    this.limit = limit;
    this.size = this.#head.length + 1;
  }

  /** False, and nothing happens, where it would not fit. */
  add(section: Section, text: string): boolean {
    const texts = this.#texts;
    const present = texts[section];
    const size = this.size + text.length + (present === '' ? sectionSize(section) : ','.length);
    if (size > this.limit) return false;
    this.size = size;
    texts[section] = present === '' ? text : `${present},${text}`;
    return true;
  }

  /** Texts with commas between them, in place of what the section has; nothing where there are none. Without regard to the limit. */
  addList(section: Section, texts: string): void {
    if (texts === '') return;
    this.#texts[section] = texts;
    this.size += sectionSize(section) + texts.length;
  }

  get isWhole(): boolean {
    return this.#baseTick === null;
  }

  /** What the whole snapshot of the same view would not have; in everything else it is the larger one. */
  get extraBytes(): number {
    let bytes = String(this.#baseTick).length;
    for (const section of ONLY_IN_CHANGES) {
      const list = this.#texts[section];
      if (list !== '') bytes += sectionSize(section) + list.length;
    }
    return bytes;
  }

  text(): string {
    let text = this.#head;
    for (const section of SECTIONS) {
      const list = this.#texts[section];
      if (list !== '') text += `,"${section}":[${list}]`;
    }
    return `${text}}`;
  }
}

export interface SnapshotHead {
  readonly tick: number;
  readonly baseTick: number | null;
  readonly lastInputSeq: number;
}

/** Of an empty section. */
function sectionSize(section: Section): number {
  return `,"${section}":[]`.length;
}

/** Of a snapshot with those, whatever their order. `players` and `items`: their texts with a comma each. */
export function wholeSize(head: SnapshotHead, players: number, items: number): number {
  let size = new Packet({ ...head, baseTick: null }).size;
  if (players > 0) size += sectionSize('players') + players - 1;
  if (items > 0) size += sectionSize('items') + items - 1;
  return size;
}
