/** The dishes of the demo, with their stations. */
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
