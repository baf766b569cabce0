/** A tiny domain for the tests of the core: lamps in rooms; a lamp that moves changes groups. */
import * as v from 'valibot';
import { commandsOf, defineDomain, entity, hasRole } from '../../core/domain.ts';

export const entities = {
  lamp: entity({
    data: v.object({ room: v.string(), on: v.boolean() }),
    delivery: 'instant',
    latest: false,
    groups: ({ data }) => [`room/${data.room}`, 'house'],
  }),
  meter: entity({
    data: v.object({ watts: v.number() }),
    delivery: 'relaxed',
    latest: true,
    groups: () => ['house'],
  }),
};

const command = commandsOf(entities);

export const house = defineDomain({
  name: 'house',
  entities,
  directory: 'rooms',
  groups: {
    room: {
      pattern: 'room/:room',
      join: (principal, { room }) => principal.units.includes(`room:${room}`),
      partitions: ({ room = '' }) => [room],
      list: (directory) =>
        directory.list('lamp').map(({ data }) => ({ params: { room: data.room }, title: data.room })),
    },
    house: {
      pattern: 'house',
      join: () => true,
      partitions: () => ['house'],
      list: () => [{ params: {}, title: 'House' }],
    },
  },
  commands: {
    switch: command({
      input: v.object({ key: v.string(), on: v.boolean() }),
      reads: ({ key }) => [{ partition: 'house', entity: 'lamp', key }],
      allow: (principal) => hasRole(principal, 'butler'),
      run: (state, { key, on }) => {
        const was = state.get('lamp', key);
        return { writes: was === undefined ? [] : [{ op: 'update', was, data: { ...was.data, on } }] };
      },
    }),
  },
  texts: { en: { lamp: 'Lamp' }, ru: { lamp: 'Лампа' } },
});
