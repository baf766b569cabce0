// @vitest-environment happy-dom
import { act, cleanup, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { graceMs } from '../../core/presence.ts';
import { setLanguage } from '../../web/kit/i18n.ts';
import { initialsOf } from '../../web/kit/presence.tsx';
import { north, openPage, operator } from './support.tsx';

beforeEach(() => setLanguage('en'));
afterEach(cleanup);

test('those who look at a group are counted and named, oneself with a word', async () => {
  const { client, container } = openPage({ me: operator });
  const since = Date.now() - 60_000;
  act(() => {
    client.put(north, 'presence', 'shift-lead', { name: 'Мария Соколова', since });
    client.put(north, 'presence', 'operator', { name: 'Иван Петров', since: since + 1 });
  });
  expect(await screen.findByText('2 here')).toBeTruthy();
  const names = [...container.querySelectorAll('.here-names li > span:first-child')];
  expect(names.map((node) => node.textContent)).toEqual(['Мария Соколова', 'Иван Петров (you)']);
  expect([...container.querySelectorAll('.face')].map((node) => node.textContent)).toEqual(['МС', 'ИП']);
});

test('who left is shown for the grace and no longer', async () => {
  const { client } = openPage();
  const since = Date.now() - 60_000;
  act(() => client.put(north, 'presence', 'a', { name: 'A', since, leftAt: Date.now() - graceMs + 1500 }));
  expect(await screen.findByText('1 here')).toBeTruthy();
  await act(() => new Promise((resolve) => setTimeout(resolve, 2600)));
  expect(screen.queryByText('1 here')).toBeNull();
});

test('of many only some faces are shown, and a name is text', async () => {
  const { client, container } = openPage();
  act(() => {
    for (let index = 0; index < 7; index += 1) {
      client.put(north, 'presence', `p${index}`, { name: `<b>${index}</b>`, since: index });
    }
  });
  await screen.findByText('7 here');
  expect(container.querySelectorAll('.face')).toHaveLength(5);
  expect(screen.getByText('+3')).toBeTruthy();
  expect(container.querySelector('.here b')).toBeNull();
});

test('initials are letters of the first and the last word, of any script', () => {
  expect(['Мария Соколова', 'Anna', 'Jean van Damme', '𝒜b c', '  '].map(initialsOf)).toEqual([
    'МС',
    'A',
    'JD',
    '𝒜C',
    '',
  ]);
});
