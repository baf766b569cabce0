/**
 * The demo network as steps through the commands API, run as admin: network `city` with eight stations, their batteries at
 * all charges, a slot that is broken, a cabinet that is full, one that is nearly empty and one that was never heard of.
 */
import type { SeedStep } from '../../core/demo.ts';

export const demoNetwork = 'city';

/** Id, title, place, latitude, longitude, slots, and the charges of the batteries from slot 1 on. */
export const demoStations: readonly [string, string, string, number, number, number, readonly number[]][] = [
  [
    'central',
    'Central Station',
    'Platform Square 1',
    55.7761,
    37.6548,
    16,
    [98, 96, 94, 91, 88, 84, 73, 64, 52, 41, 33, 18],
  ],
  ['market', 'Рынок · Market', 'Рыночная площадь, 4', 55.7702, 37.5989, 12, [97, 93, 90, 77, 61, 48, 29, 15]],
  ['harbour', 'Harbour', 'Quay 7', 55.7488, 37.5403, 12, [99, 95, 92, 86, 81, 70, 66, 62, 57, 38, 24, 12]],
  [
    'university',
    'Университет',
    'Ленинские Горы, 1',
    55.7033,
    37.5302,
    16,
    [96, 92, 89, 82, 76, 69, 55, 44, 35, 21],
  ],
  ['stadium', 'Stadium', 'East gate', 55.7157, 37.5536, 12, [94, 74, 46, 31, 22]],
  ['gardens', 'Ботанический сад', 'Садовая аллея, 12', 55.8386, 37.6031, 8, [58, 49, 36, 27, 19]],
  ['old-town', 'Old Town', 'Mill Lane 22', 55.7447, 37.6226, 12, [100, 97, 95, 93, 85, 79, 63, 40]],
  ['airport', 'Аэропорт · Airport', 'Терминал B', 55.6606, 37.6694, 8, [91, 72, 53]],
];

const step = (command: string, key: string, input: SeedStep['input']): SeedStep => ({
  command,
  input,
  key: `stations-${key}`,
});

export const demoBattery = (station: number, slot: number) => `b-${1001 + station * 100 + slot}`;

export const seed: readonly SeedStep[] = [
  step('add-network', 'city', {
    network: demoNetwork,
    title: 'City network · Городская сеть',
    managers: ['station-manager'],
  }),
  ...demoStations.flatMap(([station, title, place, latitude, longitude, slots, charges], index) => [
    step('add-station', station, { network: demoNetwork, station, title, place, latitude, longitude, slots }),
    ...charges.map((charge, at) =>
      step('add-battery', `${station}-${at + 1}`, {
        station,
        battery: demoBattery(index, at),
        charge,
        slot: at + 1,
      }),
    ),
    // The airport's cabinet was never heard of.
    ...(station === 'airport'
      ? []
      : [
          step('report', `${station}-report`, {
            station,
            charges: Array.from({ length: slots }, (_, at) => charges[at] ?? null),
          }),
        ]),
  ]),
  step('set-broken', 'broken-1', { station: 'market', slot: 12, note: 'Замок не открывается' }),
  step('set-broken', 'broken-2', { station: 'old-town', slot: 8, note: 'Battery does not charge' }),
];
