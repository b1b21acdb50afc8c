/** Phase 4: taking. */
import type { ItemState } from '../../../../spec/game/messages.d.ts';
import { refuse } from './moves.ts';
import type { CarriedOut } from './moves.ts';
import { has } from './switches.ts';
import { d2 } from './world.ts';
import type { Player, TickResult, World } from './world.ts';

interface Take extends CarriedOut {
  readonly item: ItemState;
}

export function takeItems(
  world: World,
  carriedOut: readonly CarriedOut[],
  result: TickResult,
): void {
  const takes: Take[] = [];
  for (const each of carriedOut) {
    const { take } = each.command;
    if (take === undefined) continue;
    const item = world.items.find(({ id }) => id === take);
    const reach2 = world.rules.reachMm ** 2;
    const isNear = item !== undefined && (d2(each.player, item) <= reach2 || canReachAll(world));
    if (item?.owner === null && isNear) takes.push({ ...each, item });
    else {
      const tells = item !== undefined && has(world, 'tells whether a far item is there');
      const code = tells && item.owner !== null ? 'TAKEN' : 'NOT_THERE';
      refuse(world, result, each.player, each.command.seq, code);
    }
  }
  for (const item of new Set(takes.map((take) => take.item))) {
    settle(
      world,
      item,
      takes.filter((take) => take.item === item),
      result,
    );
  }
}

const canReachAll = (world: World): boolean => has(world, 'lets items be taken from anywhere');

function settle(world: World, item: ItemState, takes: readonly Take[], result: TickResult): void {
  const distance = ({ player }: Take): number => d2(player, item);
  const [winner] = takes.toSorted((a, b) => {
    if (has(world, 'gives an item to who came first')) return a.order - b.order;
    const nearer = distance(a) - distance(b);
    if (nearer !== 0) return nearer;
    if (has(world, 'gives ties to who came first')) return a.order - b.order;
    const smaller = a.player.id < b.player.id ? -1 : 1;
    return has(world, 'gives ties to the largest id') ? -smaller : smaller;
  });
  own(item, winner!.player);
  for (const { player, command } of takes) {
    if (player.id === winner!.player.id) continue;
    if (has(world, 'gives one item to several')) own(item, player);
    else if (!has(world, 'says nothing to who came too late')) {
      const isLate = has(world, 'says NOT_THERE for TAKEN');
      refuse(world, result, player, command.seq, isLate ? 'NOT_THERE' : 'TAKEN');
    }
  }
}

function own(item: ItemState, player: Player): void {
  item.owner = player.id;
  player.items += 1;
}
