/** The menu: dishes with their stations. */
import type { Order } from './entities.ts';
import type { Station } from './states.ts';

export interface Dish {
  dish: string;
  station: Station;
  modifiers: readonly string[];
}

export const menu: readonly [Dish, ...Dish[]] = [
  { dish: 'Smash burger', station: 'grill', modifiers: ['no onions', 'extra cheese', 'well done'] },
  { dish: 'Шашлык из курицы', station: 'grill', modifiers: ['без лука', 'соус отдельно'] },
  { dish: 'Ribeye 300 g', station: 'grill', modifiers: ['rare', 'medium', 'medium well'] },
  { dish: 'Halloumi wrap', station: 'grill', modifiers: ['gluten free', 'no mayo'] },
  { dish: 'French fries', station: 'fryer', modifiers: ['no salt', 'large'] },
  { dish: 'Куриные крылышки', station: 'fryer', modifiers: ['острые', 'без соуса'] },
  { dish: 'Fish and chips', station: 'fryer', modifiers: ['extra tartar'] },
  { dish: 'Caesar salad', station: 'cold', modifiers: ['no croutons', 'dressing aside'] },
  { dish: 'Винегрет', station: 'cold', modifiers: ['без горошка'] },
  { dish: 'Cheesecake', station: 'cold', modifiers: ['no berries'] },
  { dish: 'Lemonade', station: 'bar', modifiers: ['no ice'] },
  { dish: 'Морс', station: 'bar', modifiers: ['без льда'] },
];

/**
 * What a new order may be of: the dishes of a location's orders, those of the newest order first, then the rest of the
 * menu. A dish goes to the station that it went to last.
 */
export function knownDishes(orders: readonly Order[]): Pick<Dish, 'dish' | 'station'>[] {
  const newestFirst = [...orders].sort((a, b) => b.placedAt - a.placedAt);
  const known = new Map<string, Pick<Dish, 'dish' | 'station'>>();
  for (const { dish, station } of [...newestFirst.flatMap(({ lines }) => lines), ...menu]) {
    const name = nameOf(dish);
    if (!known.has(name)) known.set(name, { dish, station });
  }
  return [...known.values()];
}

/** The known dish of a name as somebody types it, in large letters or small. */
export const dishNamed = <T extends Pick<Dish, 'dish'>>(dishes: readonly T[], typed: string): T | undefined =>
  dishes.find(({ dish }) => nameOf(dish) === nameOf(typed));

const nameOf = (dish: string) => dish.trim().toLocaleLowerCase();
