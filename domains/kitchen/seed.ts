/**
 * The demo's two locations as steps through the commands API: `centre` in the middle of lunch, `harbour` just opened. Run
 * again it adds nothing.
 */
import type { SeedStep } from '../../core/demo.ts';
import { menu } from './menu.ts';

const step = (command: string, name: string, input: SeedStep['input']): SeedStep => ({
  command,
  input,
  key: `seed-${command}-${name}`,
});

/** Indexes of the menu with a quantity and, where there is one, the index of a modifier. */
type Choice = readonly [dish: number, quantity: number, modifier?: number];

const lines = (choices: readonly Choice[]) =>
  choices.map(([index, quantity, modifier]) => {
    const { dish, station, modifiers } = menu[index] ?? menu[0];
    const chosen = modifier === undefined ? [] : modifiers.slice(modifier, modifier + 1);
    return { dish, quantity, station, modifiers: chosen };
  });

const order = (location: string, number: number, more: object, ...choices: Choice[]) =>
  step('place-order', `${location}-${number}`, {
    location,
    order: `seed-${number}`,
    number,
    lines: lines(choices),
    ...more,
  });

const at = (command: string, number: number, more: object = {}) =>
  step(command, `centre-${number}`, { location: 'centre', order: `seed-${number}`, ...more });

export const seed: readonly SeedStep[] = [
  step('add-location', 'centre', { location: 'centre', title: 'Центр · Centre' }),
  step('add-location', 'harbour', { location: 'harbour', title: 'Гавань · Harbour' }),
  order('centre', 41, { service: 'table', table: '4' }, [2, 2, 1], [7, 1]),
  order('centre', 42, { service: 'takeaway', guest: 'Ирина' }, [0, 1, 0], [4, 1], [10, 1]),
  order('centre', 43, { service: 'table', table: '11' }, [1, 3, 0], [8, 2], [11, 3]),
  order('centre', 44, { service: 'delivery', guest: 'Tom Becker' }, [5, 2, 0], [4, 2, 1]),
  order('centre', 45, { service: 'table', table: '7', note: 'Nut allergy' }, [3, 1, 0], [7, 2, 1], [9, 1]),
  order('centre', 46, { service: 'takeaway', guest: 'Олег', rush: true }, [0, 2, 1], [4, 2], [11, 2]),
  order('centre', 47, { service: 'table', table: '2' }, [6, 2], [10, 2, 0]),
  order('harbour', 12, { service: 'table', table: '1' }, [6, 2, 0], [10, 2]),
  at('start-order', 41),
  at('start-order', 42),
  at('start-order', 43),
  at('start-order', 44),
  at('bump-station', 43, { station: 'cold' }),
  at('bump-order', 41),
  at('bump-order', 44),
];
