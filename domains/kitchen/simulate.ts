/**
 * A day in the demo's kitchens: orders come in waves, cooks start them, stations finish one after the other, the pass hands
 * out. Deterministic by the random source and the times. A step may be refused when a person at a screen was faster; the
 * order goes on all the same, so that no order is left over.
 */
import type { Action, Random } from '../../core/demo.ts';
import { menu } from './menu.ts';
import { seed } from './seed.ts';
import { services } from './states.ts';

const second = 1000;
/** After a pause of the caller, such as a sleeping laptop, only this much is made up for. */
const longestStep = 60 * second;

/** Location, who works there in the demo, mean time between two orders in ms. */
const kitchens: readonly [location: string, as: string, every: number][] = [
  ['centre', 'cook', 22 * second],
  ['harbour', 'admin', 60 * second],
];

/** Open orders beyond which the till waits, so that a slow day cannot pile them up. */
const mostOpen = 24;

const guests = ['Ирина', 'Олег', 'Sofia', 'James', 'Марат', 'Léa', 'Дарья', 'Kenji'];
const notes = ['Nut allergy', 'Без лактозы', 'Birthday, candle please'];

interface Due {
  at: number;
  action: Action;
  /** The order is done with. */
  last?: boolean;
}

export function simulate(random: Random, start: number): (now: number) => Action[] {
  const kitchensAtWork = kitchens.map(([location, as, every]) => kitchen(random, location, as, every, start));
  let last = start;
  return (now) => {
    const from = Math.max(last, now - longestStep);
    if (now <= from) return [];
    last = now;
    return kitchensAtWork.flatMap((work) => work(from, now));
  };
}

function kitchen(random: Random, location: string, as: string, every: number, start: number) {
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const chance = (part: number) => random() < part;
  const pick = <T>(from: readonly T[]): T => from[whole(0, from.length - 1)] as T;
  let due: Due[] = [];
  let count = 0;

  const cook = (order: string, stations: readonly string[], from: number) => {
    const step = (at: number, command: string, more: object = {}, isLast = false) => {
      const action: Action = { kind: 'command', as, command, input: { location, order, ...more } };
      due.push({ at, action, ...(isLast ? { last: true } : {}) });
    };
    let at = from + whole(8, 45) * second;
    step(at, 'start-order');
    for (const station of stations) {
      at += whole(12, 70) * second;
      step(at, 'bump-station', { station });
    }
    step(at + whole(15, 60) * second, 'serve-order', {}, true);
  };

  /** What the seed left open. */
  for (const { command, input } of seed) {
    if (command !== 'place-order' || input.location !== location) continue;
    const lines = input.lines as readonly { station: string }[];
    cook(
      String(input.order),
      [...new Set(lines.map(({ station }) => station))],
      start + whole(5, 60) * second,
    );
  }

  const place = (now: number): Action => {
    count += 1;
    const order = `demo-${start.toString(36)}-${count}`;
    const service = pick(services);
    const dishes = [...new Set(Array.from({ length: whole(1, 4) }, () => pick(menu)))];
    const lines = dishes.map(({ dish, station, modifiers }) => ({
      dish,
      station,
      quantity: chance(0.7) ? 1 : whole(2, 4),
      modifiers: chance(0.4) ? [pick(modifiers)] : [],
    }));
    cook(order, [...new Set(dishes.map(({ station }) => station))], now);
    return {
      kind: 'command',
      as,
      command: 'place-order',
      input: {
        location,
        order,
        // The till counts from 101, begins again after 999, and where it begins depends on the hour.
        number: 101 + ((Math.floor(start / 1000) + count) % 899),
        service,
        ...(service === 'table' ? { table: String(whole(1, 24)) } : { guest: pick(guests) }),
        ...(chance(0.12) ? { note: pick(notes) } : {}),
        ...(chance(0.1) ? { rush: true } : {}),
        lines,
      },
    };
  };

  return (from: number, now: number): Action[] => {
    const ready = due.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    due = due.filter(({ at }) => at > now);
    const open = due.filter((one) => one.last).length;
    const comes = open < mostOpen && random() < 1 - Math.exp(-(now - from) / every);
    return [...ready.map(({ action }) => action), ...(comes ? [place(now)] : [])];
  };
}
