/* Made from messages.schema.json by `npm run types`: change the schema, not this file. */

/**
 * Match id, chosen by the caller; never used again.
 */
export type MatchId = string;
/**
 * Player id, chosen by the caller; also the id of the player’s entity. Ids are ordered by their ASCII bytes.
 */
export type PlayerId = string;
/**
 * Item id.
 */
export type ItemId = string;
/**
 * Secret of one player in one match.
 */
export type Token = string;
export type Sha256 = string;
/**
 * virtual: advances by stepMatch only.
 */
export type Mode = 'virtual' | 'real-time';
export type ReportKind = 'RULE_VIOLATION' | 'STATISTICAL_OUTLIER' | 'BEHAVIORAL_ANOMALY';
export type ReportCode =
  | 'SPEED'
  | 'TELEPORT'
  | 'FIRE_RATE'
  | 'OUT_OF_RANGE'
  | 'DEAD'
  | 'FUTURE_TICK'
  | 'HEADSHOT_RATIO'
  | 'PERIODIC'
  | 'REACTION';
export type ClientMessage = Input | Ack | Ping | Bye;
export type ServerMessage = Welcome | Snapshot | Correction | Reject | Kick | Pong;
export type Event = HitEvent | DeathEvent;
export type RefusalCode =
  | 'SPEED'
  | 'TELEPORT'
  | 'FIRE_RATE'
  | 'OUT_OF_RANGE'
  | 'DEAD'
  | 'FUTURE_TICK'
  | 'NOT_THERE'
  | 'TAKEN';

export interface Messages {}
export interface Point {
  /**
   * Millimetres.
   */
  x: number;
  /**
   * Millimetres.
   */
  y: number;
}
/**
 * An item, and where it lies.
 */
export interface Item {
  id: ItemId;
  /**
   * Millimetres.
   */
  x: number;
  /**
   * Millimetres.
   */
  y: number;
}
/**
 * Places have 0 <= x <= widthMm, 0 <= y <= heightMm.
 */
export interface Map {
  widthMm: number;
  heightMm: number;
  /**
   * @maxItems 10000
   */
  items: Item[];
}
/**
 * Parameters; what is absent has its default.
 */
export interface Rules {
  /**
   * Longest move of one command. Default 200.
   */
  maxStepMm?: number;
  /**
   * A move longer than maxStepMm by more than this is refused; in between is free. Default 10.
   */
  tolerancePct?: number;
  /**
   * A longer move is a teleport. Default 2000.
   */
  teleportMm?: number;
  /**
   * How many commands may come late at once. Default 8.
   */
  timeBankTicks?: number;
  /**
   * Hit points of who appears. Default 100.
   */
  maxHp?: number;
  /**
   * Of a hit; a head hit has twice as much. Default 20.
   */
  damage?: number;
  /**
   * A shot hits who was this near to its point. Default 500.
   */
  hitRadiusMm?: number;
  /**
   * And hits the head of who was this near. Default 150.
   */
  headRadiusMm?: number;
  /**
   * Farthest point that may be shot at. Default 30000.
   */
  weaponRangeMm?: number;
  /**
   * Least distance of two shots, in seq. Default 3.
   */
  fireIntervalTicks?: number;
  /**
   * How far back a shot looks at most: 200 ms at 30 Hz. Default 6.
   */
  rewindTicks?: number;
  /**
   * From death to the next life. Default 30.
   */
  respawnTicks?: number;
  /**
   * How near an item has to be to be taken. Default 1500.
   */
  reachMm?: number;
  /**
   * Commands of who has been dead for longer are reported. Default 30.
   */
  deadGraceTicks?: number;
  /**
   * What is this near is in the view. Default 50000.
   */
  radiusMm?: number;
  /**
   * What is farther than radiusMm and this is not. Default 5000.
   */
  hysteresisMm?: number;
  /**
   * How late a change may be told under the byte budget. Default 15.
   */
  starvationTicks?: number;
  /**
   * How old the base of a snapshot may be. Default 64.
   */
  historyTicks?: number;
  /**
   * How long the entity of a player without a stream stays. Default 300.
   */
  graceTicks?: number;
  /**
   * Messages that a client may send between two ticks. Default 64.
   */
  maxMessagesPerTick?: number;
  /**
   * One report a player, kind, code and window of so many ticks. Default 300.
   */
  reportWindowTicks?: number;
  /**
   * Hits before the share of head hits means anything. Default 30.
   */
  minHits?: number;
  /**
   * Expected head hits in 1 000 hits. Default 200.
   */
  headshotPermille?: number;
  /**
   * Standard deviations above it that are flagged. Default 4.
   */
  zScore?: number;
  /**
   * Equal intervals in a row that are flagged. Default 24.
   */
  periodicShots?: number;
  /**
   * A first hit sooner than this after its target appeared is fast: 100 ms at 30 Hz. Default 3.
   */
  reactionTicks?: number;
  /**
   * First hits that are looked at. Default 10.
   */
  reactionSample?: number;
  /**
   * So many fast ones among them are flagged. Default 8.
   */
  reactionFast?: number;
  /**
   * Most bytes of a snapshot. Absent: no budget.
   */
  budgetBytes?: number;
}
/**
 * The parameters that hold, defaults included.
 */
export interface AllRules {
  /**
   * Longest move of one command. Default 200.
   */
  maxStepMm: number;
  /**
   * A move longer than maxStepMm by more than this is refused; in between is free. Default 10.
   */
  tolerancePct: number;
  /**
   * A longer move is a teleport. Default 2000.
   */
  teleportMm: number;
  /**
   * How many commands may come late at once. Default 8.
   */
  timeBankTicks: number;
  /**
   * Hit points of who appears. Default 100.
   */
  maxHp: number;
  /**
   * Of a hit; a head hit has twice as much. Default 20.
   */
  damage: number;
  /**
   * A shot hits who was this near to its point. Default 500.
   */
  hitRadiusMm: number;
  /**
   * And hits the head of who was this near. Default 150.
   */
  headRadiusMm: number;
  /**
   * Farthest point that may be shot at. Default 30000.
   */
  weaponRangeMm: number;
  /**
   * Least distance of two shots, in seq. Default 3.
   */
  fireIntervalTicks: number;
  /**
   * How far back a shot looks at most: 200 ms at 30 Hz. Default 6.
   */
  rewindTicks: number;
  /**
   * From death to the next life. Default 30.
   */
  respawnTicks: number;
  /**
   * How near an item has to be to be taken. Default 1500.
   */
  reachMm: number;
  /**
   * Commands of who has been dead for longer are reported. Default 30.
   */
  deadGraceTicks: number;
  /**
   * What is this near is in the view. Default 50000.
   */
  radiusMm: number;
  /**
   * What is farther than radiusMm and this is not. Default 5000.
   */
  hysteresisMm: number;
  /**
   * How late a change may be told under the byte budget. Default 15.
   */
  starvationTicks: number;
  /**
   * How old the base of a snapshot may be. Default 64.
   */
  historyTicks: number;
  /**
   * How long the entity of a player without a stream stays. Default 300.
   */
  graceTicks: number;
  /**
   * Messages that a client may send between two ticks. Default 64.
   */
  maxMessagesPerTick: number;
  /**
   * One report a player, kind, code and window of so many ticks. Default 300.
   */
  reportWindowTicks: number;
  /**
   * Hits before the share of head hits means anything. Default 30.
   */
  minHits: number;
  /**
   * Expected head hits in 1 000 hits. Default 200.
   */
  headshotPermille: number;
  /**
   * Standard deviations above it that are flagged. Default 4.
   */
  zScore: number;
  /**
   * Equal intervals in a row that are flagged. Default 24.
   */
  periodicShots: number;
  /**
   * A first hit sooner than this after its target appeared is fast: 100 ms at 30 Hz. Default 3.
   */
  reactionTicks: number;
  /**
   * First hits that are looked at. Default 10.
   */
  reactionSample: number;
  /**
   * So many fast ones among them are flagged. Default 8.
   */
  reactionFast: number;
  /**
   * Most bytes of a snapshot. Absent: no budget.
   */
  budgetBytes?: number;
}
export interface CreateMatch {
  match: MatchId;
  seed: number;
  mode: Mode;
  /**
   * Ticks a second. Default 30.
   */
  tickRate?: number;
  /**
   * Default 100.
   */
  maxPlayers?: number;
  map: Map;
  rules?: Rules;
}
export interface MatchPlayer {
  player: PlayerId;
  /**
   * Whether it has a stream.
   */
  connected: boolean;
}
export interface MatchReport {
  match: MatchId;
  status: 'RUNNING' | 'ENDED';
  seed: number;
  mode: Mode;
  tickRate: number;
  maxPlayers: number;
  map: Map;
  rules: AllRules;
  /**
   * Tick: 0 is the state at creation, +1 each.
   */
  tick: number;
  /**
   * Who has joined and not left, by id.
   */
  players: MatchPlayer[];
}
export interface MatchRequest {
  match: MatchId;
}
export interface JoinMatch {
  match: MatchId;
  player: PlayerId;
  spawn?: Point1;
}
/**
 * Where the player appears, each time. Absent: as rules.md says.
 */
export interface Point1 {
  /**
   * Millimetres.
   */
  x: number;
  /**
   * Millimetres.
   */
  y: number;
}
export interface JoinReport {
  match: MatchId;
  player: PlayerId;
  token: Token;
}
/**
 * A shot at a point.
 */
export interface Fire {
  /**
   * Millimetres.
   */
  x: number;
  /**
   * Millimetres.
   */
  y: number;
  /**
   * Tick of the snapshot that the shooter looked at.
   */
  viewTick: number;
}
/**
 * What a player does in one tick of its client. Other members mean nothing.
 */
export interface Command {
  /**
   * Number of a command of its player, rising; the client’s own tick.
   */
  seq: number;
  /**
   * Millimetres.
   */
  dx: number;
  /**
   * Millimetres.
   */
  dy: number;
  /**
   * Where the player looks, in 1/1 000 degree. Absent: as before.
   */
  yawMdeg?: number;
  /**
   * Item id.
   */
  take?: string;
  fire?: Fire;
}
export interface SendInput {
  match: MatchId;
  player: PlayerId;
  token: Token;
  /**
   * @minItems 1
   * @maxItems 64
   */
  commands: Command[];
}
export interface InputReceipt {
  match: MatchId;
  player: PlayerId;
  /**
   * How many commands came.
   */
  received: number;
}
export interface StepMatch {
  match: MatchId;
  /**
   * Advance to this tick, at most 1 000 ahead; nothing happens where the match is there already or past it.
   */
  toTick: number;
}
export interface StepReport {
  match: MatchId;
  /**
   * Tick: 0 is the state at creation, +1 each.
   */
  tick: number;
}
export interface TickRequest {
  match: MatchId;
  /**
   * Absent: the newest.
   */
  tick?: number;
}
export interface PlayerState {
  id: PlayerId;
  /**
   * Millimetres.
   */
  x: number;
  /**
   * Millimetres.
   */
  y: number;
  yawMdeg: number;
  hp: number;
  alive: boolean;
  kills: number;
  deaths: number;
  /**
   * How many items it owns.
   */
  items: number;
  /**
   * Highest seq evaluated; 0: none.
   */
  lastInputSeq: number;
}
export interface ItemState {
  id: ItemId;
  /**
   * Millimetres.
   */
  x: number;
  /**
   * Millimetres.
   */
  y: number;
  /**
   * null: it lies there.
   */
  owner: PlayerId | null;
}
/**
 * The authoritative state at the end of a tick.
 */
export interface State {
  /**
   * Tick: 0 is the state at creation, +1 each.
   */
  tick: number;
  /**
   * By id.
   */
  players: PlayerState[];
  /**
   * By id.
   */
  items: ItemState[];
}
export interface StateReport {
  match: MatchId;
  state: State;
}
export interface StateHash {
  match: MatchId;
  /**
   * Tick: 0 is the state at creation, +1 each.
   */
  tick: number;
  sha256: Sha256;
}
export interface GetReplay {
  match: MatchId;
  fromTick: number;
  /**
   * Most ticks of a page. Default 100.
   */
  limit?: number;
}
export interface ReplayCommand {
  player: PlayerId;
  /**
   * Number of a command of its player, rising; the client’s own tick.
   */
  seq: number;
  dx: number;
  dy: number;
  yawMdeg?: number;
  take?: ItemId;
  fire?: Fire;
}
export interface ReplayTick {
  /**
   * Tick: 0 is the state at creation, +1 each.
   */
  tick: number;
  left: PlayerId[];
  joined: {
    player: PlayerId;
    /**
     * Millimetres.
     */
    x: number;
    /**
     * Millimetres.
     */
    y: number;
  }[];
  /**
   * All that were evaluated, refused ones too, by player and seq.
   */
  commands: ReplayCommand[];
  sha256: Sha256;
}
export interface Replay {
  match: MatchId;
  ticks: ReplayTick[];
  /**
   * Where the next page begins; null: this is the newest tick.
   */
  nextTick: number | null;
}
/**
 * Self-reported: declared, never judged.
 */
export interface Metrics {
  match: MatchId;
  /**
   * Tick: 0 is the state at creation, +1 each.
   */
  tick: number;
  /**
   * What a tick takes, snapshots included, in microseconds.
   */
  tickUs: {
    p50: number;
    p99: number;
    max: number;
  };
  players: {
    player: PlayerId;
    bytesOut: number;
    snapshots: number;
    fullSnapshots: number;
    /**
     * Snapshots left out because the client did not read.
     */
    dropped: number;
  }[];
}
export interface ListReports {
  match: MatchId;
  player?: PlayerId;
}
/**
 * What was seen, and the limit that it broke; see rules.md.
 */
export interface Evidence {
  /**
   * Tick: 0 is the state at creation, +1 each.
   */
  tick: number;
  /**
   * Number of a command of its player, rising; the client’s own tick.
   */
  seq: number;
  value: number;
  limit: number;
}
export interface Report {
  reportId: string;
  match: MatchId;
  player: PlayerId;
  kind: ReportKind;
  code: ReportCode;
  /**
   * Tick: 0 is the state at creation, +1 each.
   */
  fromTick: number;
  /**
   * Tick: 0 is the state at creation, +1 each.
   */
  toTick: number;
  /**
   * Occurrences in the window.
   */
  count: number;
  /**
   * The first ones.
   *
   * @minItems 1
   * @maxItems 16
   */
  evidence: Evidence[];
}
export interface Reports {
  /**
   * By fromTick; all of the match, or of one player.
   */
  reports: Report[];
}
export interface PlayRequest {
  match: MatchId;
  player: PlayerId;
  token: Token;
}
/**
 * New commands, and those that no snapshot has confirmed yet.
 */
export interface Input {
  type: 'input';
  /**
   * @minItems 1
   * @maxItems 64
   */
  commands: Command[];
}
export interface Ack {
  type: 'ack';
  /**
   * Of a snapshot that the client has applied.
   */
  tick: number;
}
export interface Ping {
  type: 'ping';
  t: number;
}
/**
 * The player leaves the match.
 */
export interface Bye {
  type: 'bye';
}
/**
 * The first message of a stream.
 */
export interface Welcome {
  type: 'welcome';
  match: MatchId;
  player: PlayerId;
  /**
   * Tick: 0 is the state at creation, +1 each.
   */
  tick: number;
  tickRate: number;
  world: {
    widthMm: number;
    heightMm: number;
  };
  limits: {
    maxStepMm: number;
    fireIntervalTicks: number;
    weaponRangeMm: number;
    reachMm: number;
    rewindTicks: number;
    historyTicks: number;
    maxMessagesPerTick: number;
  };
  lastInputSeq: number;
}
/**
 * What one client sees at the end of a tick. An absent list is empty.
 */
export interface Snapshot {
  type: 'snapshot';
  /**
   * Tick: 0 is the state at creation, +1 each.
   */
  tick: number;
  /**
   * Tick of the snapshot that this one changes; null: it begins with an empty view.
   */
  baseTick: number | null;
  lastInputSeq: number;
  players?: PlayerChange[];
  items?: Item[];
  removedPlayers?: PlayerId[];
  removedItems?: ItemId[];
  events?: Event[];
}
/**
 * All members of one that the base does not have; else those that changed.
 */
export interface PlayerChange {
  id: PlayerId;
  /**
   * Millimetres.
   */
  x?: number;
  /**
   * Millimetres.
   */
  y?: number;
  yawMdeg?: number;
  hp?: number;
  alive?: boolean;
  kills?: number;
  deaths?: number;
  items?: number;
}
export interface HitEvent {
  kind: 'hit';
  target: PlayerId;
  /**
   * null: not in the receiver’s view.
   */
  by: PlayerId | null;
  damage: number;
  head: boolean;
}
export interface DeathEvent {
  kind: 'death';
  target: PlayerId;
  /**
   * Whose kill it is; null: not in the receiver’s view.
   */
  by: PlayerId | null;
}
/**
 * What was refused, with the player’s state at the end of the tick.
 */
export interface Correction {
  type: 'correction';
  /**
   * Tick: 0 is the state at creation, +1 each.
   */
  tick: number;
  /**
   * Commands, or their take or fire, that were refused in this tick; the first 32 by seq.
   *
   * @minItems 1
   * @maxItems 32
   */
  rejected: {
    /**
     * Number of a command of its player, rising; the client’s own tick.
     */
    seq: number;
    code: RefusalCode;
  }[];
  self: PlayerState;
}
/**
 * A message that was not taken.
 */
export interface Reject {
  type: 'reject';
  code: 'MALFORMED' | 'RATE_LIMIT';
}
/**
 * The last message of a stream that the server ends.
 */
export interface Kick {
  type: 'kick';
  code: 'MALFORMED' | 'RATE_LIMIT' | 'SLOW' | 'REPLACED' | 'LEFT' | 'MATCH_ENDED';
}
export interface Pong {
  type: 'pong';
  /**
   * Of the ping.
   */
  t: number;
}
