// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bookingMs } from '../../domains/stations/slots.ts';
import { spotsOf } from '../../domains/stations/view/projection.ts';
import { setLanguage } from '../../web/kit/i18n.ts';
import { CallError } from '../../web/kit/platform.ts';
import { rider } from '../domains/stations/city.ts';
import { openPage, visitor } from './support.tsx';

beforeEach(() => setLanguage('en'));
afterEach(cleanup);

const group = 'stations/station/central';
const own = 'stations/bookings/rider';
const address = `#/${group}`;
const station = (available: number) => ({
  network: 'city',
  title: 'Central',
  place: 'Square 1',
  latitude: 1,
  longitude: 1,
  slots: 2,
  status: 'online',
  counts: { available, booked: 0, charging: 2 - available, broken: 0, empty: 0 },
});
const cabinet = (second: object) => ({
  network: 'city',
  slots: [{ state: 'available', battery: 'b-1' }, second],
});
const charging = { state: 'charging', battery: 'b-2' };

function openStation(options: Parameters<typeof openPage>[0] = {}) {
  const page = openPage({ me: rider, address, ...options });
  act(() => {
    page.client.put(group, 'station', 'central', station(1));
    page.client.put(group, 'meter', 'central', { heartbeatAt: Date.now(), charges: [97, 40] });
    page.client.put(group, 'cabinet', 'central', cabinet(charging));
  });
  return page;
}

test('a change of one slot touches its own cell and nothing else', async () => {
  const { client, container } = openStation({ me: visitor });
  await screen.findByText('b-1');
  const cell = container.querySelector('[data-slot="2"]') as HTMLElement;
  const touched: Node[] = [];
  const observer = new MutationObserver((records) => {
    for (const { target } of records) touched.push(target);
  });
  observer.observe(container, { subtree: true, childList: true, characterData: true, attributes: true });
  act(() => client.put(group, 'cabinet', 'central', cabinet({ ...charging, state: 'available' })));
  await new Promise((resolve) => setTimeout(resolve));
  for (const { target } of observer.takeRecords()) touched.push(target);
  observer.disconnect();
  expect(cell.dataset.state).toBe('available');
  expect(touched.length).toBeGreaterThan(0);
  expect(touched.filter((node) => !cell.contains(node) && node.parentElement?.tagName !== 'TIME')).toEqual(
    [],
  );
});

test('a visitor reads and is told how to book', async () => {
  openStation({ me: visitor });
  await screen.findByText('Sign in as a rider to book a battery.');
  expect(screen.queryByRole('button', { name: 'Book a battery' })).toBeNull();
});

test('a booking that was refused says so beside the button, with what is to be had now', async () => {
  const current = { entity: 'station', data: station(0) };
  openStation({
    command: async () => {
      throw new CallError('conflict', 'No battery is available here any longer.', [], current);
    },
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Book a battery' }));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Now: 0 batteries available');
  expect(alert.textContent).toContain('No battery is available here any longer.');
});

test('an open booking shows code and time left, brings back what is out, and ends by the clock', async () => {
  const sent: unknown[] = [];
  const { client } = openStation({
    command: async (_domain, command, input) => sent.push([command, input]),
  });
  const booking = {
    network: 'city',
    station: 'central',
    slot: 1,
    battery: 'b-1',
    state: 'open',
    code: '012345',
    bookedAt: Date.now(),
    expiresAt: Date.now() + bookingMs,
  };
  act(() => {
    client.put(own, 'booking', 'rider', booking);
    client.put(own, 'hand', 'rider', { batteries: ['b-9'] });
  });
  const mine = within(await screen.findByRole('region', { name: 'Your battery' }));
  expect(mine.getByText('012 345')).toBeTruthy();
  expect(mine.getByText('Charged and ready')).toBeTruthy();
  fireEvent.click(mine.getByRole('button', { name: 'I am here: open slot 1' }));
  await screen.findByRole('region', { name: 'Your battery' });
  expect(sent).toEqual([['collect', { station: 'central', returned: 'b-9' }]]);
  act(() => client.put(own, 'booking', 'rider', { ...booking, expiresAt: Date.now() - 5000 }));
  expect(screen.queryByRole('region', { name: 'Your battery' })).toBeNull();
  expect(screen.getByRole('button', { name: 'Book a battery' })).toBeTruthy();
});

test('the map keeps every place inside and apart, north up, and one place in the middle', () => {
  const near = (key: string, latitude: number) => ({ key, latitude, longitude: 37.6 });
  const places = [
    { key: 'south', latitude: 55.6, longitude: 37.5 },
    { key: 'north', latitude: 55.9, longitude: 37.7 },
    near('a', 55.75),
    near('b', 55.7501),
    near('c', 55.7502),
    near('same', 55.7502),
  ];
  const spots = [...spotsOf(places)];
  const at = (key: string) => spots.find(([name]) => name === key)?.[1] ?? { x: 0, y: 0 };
  expect(at('north').y).toBeLessThan(at('south').y);
  expect(at('north').x).toBeGreaterThan(at('south').x);
  for (const [index, [, { x, y }]] of spots.entries()) {
    for (const value of [x, y]) {
      expect(value).toBeGreaterThanOrEqual(24);
      expect(value).toBeLessThanOrEqual(336);
    }
    for (const [, other] of spots.slice(index + 1)) {
      expect(Math.hypot(other.x - x, other.y - y)).toBeGreaterThan(52);
    }
  }
  expect(spotsOf([near('one', 1)]).get('one')?.x).toBe(180);
});
