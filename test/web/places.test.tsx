// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { setLanguage } from '../../web/kit/i18n.ts';
import type { GroupEntry } from '../../web/kit/platform.ts';
import { openPage } from './support.tsx';

beforeEach(() => setLanguage('en'));
afterEach(cleanup);

const station = (index: number): GroupEntry => ({
  group: `stations/station/s-${index}`,
  title: `Corner ${index}`,
  domain: 'stations',
});
const seen: GroupEntry[] = [
  { group: 'stations/all', title: 'All', domain: 'stations' },
  { group: 'stations/manage/city', title: 'City', domain: 'stations' },
  ...Array.from({ length: 200 }, (_, index) => station(index)),
];
const titles = (within: Element) => [...within.querySelectorAll('a')].map(({ textContent }) => textContent);

test('two hundred stations do not fill the head: the one looked at stands there, the others are found by name', async () => {
  openPage({ address: '#/stations/station/s-7', seen });
  const places = await screen.findByRole('navigation', { name: 'Places' });
  expect(titles(places)).toEqual(['All', 'City', 'Corner 7']);
  fireEvent.click(within(places).getByRole('button', { name: '199 more' }));
  const find = within(places).getByRole('searchbox', { name: 'Find a place' });
  const list = places.querySelector('.place-finder') as HTMLElement;
  expect(titles(list)).toHaveLength(12);
  within(list).getByText('Write more of the name to see the others.');
  fireEvent.input(find, { target: { value: 'corner 19' } });
  expect(titles(list)).toEqual([
    'Corner 19',
    ...Array.from({ length: 10 }, (_, index) => `Corner ${190 + index}`),
  ]);
  const [first] = list.querySelectorAll('a');
  expect(first?.getAttribute('href')).toBe('#/stations/station/s-19');
  fireEvent.input(find, { target: { value: 'nowhere' } });
  within(list).getByText('No place has this name.');
});

test('nor the front page; few places are all listed', async () => {
  openPage({ address: '#/', seen });
  const region = await screen.findByRole('region', { name: 'Battery stations' });
  expect(titles(region)).toHaveLength(2 + 12);
  cleanup();
  openPage({ address: '#/', seen: seen.slice(0, 8) });
  const small = await screen.findByRole('region', { name: 'Battery stations' });
  expect(titles(small)).toHaveLength(8);
  expect(within(small).queryByRole('searchbox')).toBeNull();
});
