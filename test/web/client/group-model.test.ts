import { expect, test } from 'vitest';
import type { SnapshotItem } from '../../../core/protocol.ts';
import { createModel, type GroupModel, type Pages } from '../../../web/client/group-model.ts';

const group = 'factory/line/north';
const item = (key: string, rev: number): SnapshotItem => ({ entity: 'machine', key, rev, data: rev });
const entry = (offset: number, ...items: SnapshotItem[]) => ({
  group,
  offset,
  events: items.map((one) => ({ ...one, op: 'put' as const })),
});

function loaded(): GroupModel {
  const model = createModel(group, {
    now: () => 0,
    onPublish: () => {},
    onError: (error) => {
      throw error;
    },
  });
  const snapshot = [item('a', 1)];
  model.answer({ group, offset: 100, recovered: false, snapshot }, undefined);
  return model;
}

const keys = (model: GroupModel) => model.list().map(({ key, rev }) => `${key}${rev}`);

test('a snapshot whose position was reached meanwhile is dropped: it would take the view back', () => {
  const model = loaded();
  model.push(entry(101, item('b', 1)), false);
  model.push(entry(102, item('a', 2)), false);
  const late = { group, offset: 101, recovered: false as const, snapshot: [item('a', 1)] };
  expect(model.answer(late, 100)).toBe('done');
  expect(model.offset).toBe(102);
  expect(keys(model)).toEqual(['a2', 'b1']);
});

test('a snapshot at the very position that was asked about counts: the server chose to send it', () => {
  const model = loaded();
  const snapshot = [item('b', 1)];
  model.answer({ group, offset: 100, recovered: false, snapshot }, 100);
  expect(keys(model)).toEqual(['b1']);
});

test('while pages are gathered pushes that follow are applied, those behind a gap held, and none is lost', () => {
  const model = loaded();
  const first = { group, offset: 105, recovered: false as const, snapshot: [item('a', 3)], more: 'x' };
  const pages = model.answer(first, 100) as Pages;
  expect(pages).toEqual({ more: 'x', offset: 105, items: [item('a', 3)] });
  model.push(entry(101, item('a', 2)), false);
  model.push(entry(106, item('a', 4)), false);
  expect(keys(model)).toEqual(['a2']);
  model.answer({ group, offset: 105, recovered: false, snapshot: [item('b', 1)] }, 100, pages);
  expect(keys(model)).toEqual(['a4', 'b1']);
  expect(model.offset).toBe(106);
});

test('pages of two askers do not mix, and the slower one takes nothing back', () => {
  const model = loaded();
  const page = (offset: number, key: string, more?: string) => ({
    group,
    offset,
    recovered: false as const,
    snapshot: [item(key, offset)],
    ...(more && { more }),
  });
  const [slow, fast] = [page(105, 'a', 'x'), page(107, 'b', 'y')].map((first) => model.answer(first, 100));
  expect(model.answer(page(107, 'c'), 100, fast as Pages)).toBe('done');
  expect(model.answer(page(105, 'd'), 100, slow as Pages)).toBe('done');
  expect(keys(model)).toEqual(['b107', 'c107']);
  expect(model.offset).toBe(107);
});

test('a difference to what is no longer held is asked for again', () => {
  const model = loaded();
  model.refuse({ code: 'forbidden', message: '' });
  const state = { group, offset: 101, recovered: true as const, events: entry(101, item('b', 1)).events };
  expect(model.answer(state, 100)).toBe('again');
  expect(keys(model)).toEqual([]);
});

test('no more than 500 pushes are held; the gap stays known, so that the repair brings the rest', () => {
  const model = loaded();
  for (let offset = 102; offset < 1000; offset += 1) model.push(entry(offset, item('a', offset)), false);
  model.push(entry(101), false);
  expect(model.offset).toBe(101);
  expect(model.behind).toBe(true);
  model.answer({ group, offset: 500, recovered: true, events: [] }, 101);
  expect(model.offset).toBe(999);
});

test('a removed item does not come back by a late event', () => {
  const model = loaded();
  model.push({ group, offset: 101, events: [{ entity: 'machine', key: 'a', rev: 3, op: 'remove' }] }, false);
  model.push(entry(102, item('a', 2)), false);
  expect(keys(model)).toEqual([]);
});

test('a late difference brings nothing back that a snapshot took away', () => {
  const model = loaded();
  const snapshot = [item('b', 1)];
  model.answer({ group, offset: 110, recovered: false, snapshot }, 100);
  const { events } = entry(103, item('a', 1));
  model.answer({ group, offset: 103, recovered: true, events }, 100);
  expect(keys(model)).toEqual(['b1']);
});
