// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Order } from '../../domains/kitchen/entities.ts';
import { menu } from '../../domains/kitchen/menu.ts';
import { setLanguage } from '../../web/kit/i18n.ts';
import { openPage } from './support.tsx';

const group = 'kitchen/location/centre';
const cook = { kind: 'user', sub: 'cook', roles: ['cook'], units: ['location:centre'] } as const;
const order = (number: number, dish: string, station: 'cold' | 'bar'): Order => ({
  location: 'centre',
  number,
  service: 'table',
  table: '4',
  rush: false,
  lines: [{ dish, quantity: 1, station, modifiers: [], prepared: false }],
  state: 'served',
  placedAt: number,
  changedAt: number,
  changedBy: 'Till',
});

const asked: unknown[] = [];
async function openDialog(button: string): Promise<HTMLElement> {
  const { client } = openPage({
    me: { ...cook, roles: [...cook.roles], units: [...cook.units] },
    address: `#/${group}`,
    command: async (...call) => asked.push(call),
  });
  act(() => {
    client.put(group, 'order', 'old', order(1, 'Kvass', 'cold'));
    client.put(group, 'order', 'new', order(2, 'kvass', 'bar'));
  });
  fireEvent.click(await screen.findByText(button));
  return screen.findByRole('dialog', { hidden: true });
}

beforeEach(() => {
  asked.length = 0;
  return setLanguage('en');
});
afterEach(cleanup);

test.each([
  ['en', 'New order', 'Dish', 'Station'],
  ['ru', 'Новый заказ', 'Блюдо', 'Цех'],
] as const)(
  'dishes are suggested while somebody types, and know their station: %s',
  async (language, button, dish, station) => {
    await act(() => setLanguage(language));
    const dialog = await openDialog(button);
    const field = within(dialog).getByLabelText<HTMLInputElement>(dish);
    const suggested = [...dialog.querySelectorAll(`datalist#${field.getAttribute('list')} option`)];
    const names = suggested.map((option) => option.getAttribute('value'));
    expect(names).toEqual(['kvass', ...menu.map((one) => one.dish)]);
    const chosen = within(dialog).getByLabelText<HTMLSelectElement>(station);
    expect(chosen.value).toBe('grill');
    fireEvent.input(field, { target: { value: 'винегрет' } });
    expect(chosen.value).toBe('cold');
    fireEvent.input(field, { target: { value: 'KVASS' } });
    expect(chosen.value).toBe('bar');
    // A dish that nobody knows leaves the choice as it is, and a choice of one's own is kept.
    fireEvent.change(chosen, { target: { value: 'fryer' } });
    fireEvent.input(field, { target: { value: 'Kvass with ice' } });
    expect(chosen.value).toBe('fryer');
  },
);

test('what is sent is the dish as the menu writes it, at the station that it goes to', async () => {
  const dialog = await openDialog('New order');
  fireEvent.input(within(dialog).getByLabelText('Table'), { target: { value: '5' } });
  fireEvent.input(within(dialog).getByLabelText('Dish'), { target: { value: 'морс' } });
  await act(async () => {
    fireEvent.submit(dialog.querySelector('form') as HTMLFormElement);
  });
  expect(asked).toMatchObject([
    [
      'kitchen',
      'place-order',
      { number: 3, lines: [{ dish: 'Морс', quantity: 1, station: 'bar', modifiers: [] }] },
    ],
  ]);
});
