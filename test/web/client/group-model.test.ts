import { expect, test } from 'vitest';
import type { SnapshotItem } from '../../../core/protocol.ts';
import { GroupModel } from '../../../web/client/group-model.ts';

const group = 'factory/line/north';
const owner = {};
const item = (key: string, rev: number): SnapshotItem => ({ entity: 'machine', key, rev, data: rev });
const entry = (offset: number, ...items: SnapshotItem[]) => ({
  group,
  offset,
  events: items.map((one) => ({ ...one, op: 'put' as const })),
});

function loaded(): GroupModel {
  const model = new GroupModel(
    group,
    () => 0,
    (error) => {
      throw error;
    },
  );
  const snapshot = [item('a', 1)];
  model.answer({ group, offset: 100, recovered: false, snapshot }, { owner, after: undefined });
  return model;
}

const keys = (model: GroupModel) => model.list().map(({ key, rev }) => `${key}${rev}`);

test('a snapshot whose position was reached meanwhile is dropped: it would take the view back', () => {
  const model = loaded();
  model.push(entry(101, item('b', 1)), false);
  model.push(entry(102, item('a', 2)), false);
  const late = { group, offset: 101, recovered: false as const, snapshot: [item('a', 1)] };
  expect(model.answer(late, { owner, after: 100 })).toEqual({ kind: 'done' });
  expect(model.offset).toBe(102);
  expect(keys(model)).toEqual(['a2', 'b1']);
});

test('a snapshot at the very position that was asked about counts: the server chose to send it', () => {
  const model = loaded();
  const snapshot = [item('b', 1)];
  model.answer({ group, offset: 100, recovered: false, snapshot }, { owner, after: 100 });
  expect(keys(model)).toEqual(['b1']);
});

test('while pages are gathered even a push that follows is held', () => {
  const model = loaded();
  const first = { group, offset: 105, recovered: false as const, snapshot: [item('a', 3)], more: 'x' };
  expect(model.answer(first, { owner, after: 100 })).toEqual({ kind: 'more', cursor: 'x' });
  model.push(entry(101, item('a', 2)), false);
  model.push(entry(106, item('a', 4)), false);
  expect(keys(model)).toEqual(['a1']);
  expect(model.behind).toBe(false);
  model.answer(
    { group, offset: 105, recovered: false, snapshot: [item('b', 1)] },
    { owner, after: 100, more: true },
  );
  expect(keys(model)).toEqual(['a4', 'b1']);
  expect(model.offset).toBe(106);
});

test('pages of two askers do not mix', () => {
  const model = loaded();
  const first = { group, offset: 105, recovered: false as const, snapshot: [item('a', 3)], more: 'x' };
  model.answer(first, { owner, after: 100 });
  const other = { group, offset: 105, recovered: false as const, snapshot: [item('z', 1)] };
  expect(model.answer(other, { owner: {}, after: 100, more: true })).toEqual({ kind: 'done' });
  expect(keys(model)).toEqual(['a1']);
});

test('a difference to what is no longer held is asked for again', () => {
  const model = loaded();
  model.refuse({ code: 'forbidden', message: '' });
  const state = { group, offset: 101, recovered: true as const, events: entry(101, item('b', 1)).events };
  expect(model.answer(state, { owner, after: 100 })).toEqual({ kind: 'again' });
  expect(keys(model)).toEqual([]);
});

test('no more than 500 pushes are held; the gap stays known, so that the repair brings the rest', () => {
  const model = loaded();
  for (let offset = 102; offset < 1000; offset += 1) model.push(entry(offset, item('a', offset)), false);
  model.push(entry(101), false);
  expect(model.offset).toBe(601);
  expect(model.behind).toBe(true);
});

test('a removed item does not come back by a late event', () => {
  const model = loaded();
  model.push({ group, offset: 101, events: [{ entity: 'machine', key: 'a', rev: 3, op: 'remove' }] }, false);
  model.push(entry(102, item('a', 2)), false);
  expect(keys(model)).toEqual([]);
});
