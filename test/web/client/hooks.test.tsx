// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/preact';
import * as compat from 'preact/compat';
import { act } from 'preact/test-utils';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Hooks } from '../../../web/client/hooks.ts';
import type { Client } from '../../../web/client/index.ts';
import * as plain from '../../../web/client/preact.ts';
import { createHooks } from '../../../web/client/react.ts';
import { north, setup } from './setup.ts';

afterEach(cleanup);

/** `preact/compat` has the same `useSyncExternalStore` as React, and the same types; React itself is in package.react.test.ts. */
const libraries: [string, Hooks][] = [
  ['preact', plain],
  ['react', createHooks(compat)],
];

describe.each(libraries)('hooks for %s', (_, { useConnection, useGroup, useItem }) => {
  test('a component shows a group and its items, and renders again only for what it shows', async () => {
    const { clock, server, client } = setup();
    server.group(north).write({ 'loom-1': 1 });
    const renders = { group: 0, item: 0 };
    function Group() {
      renders.group += 1;
      const { status, list } = useGroup(client, north);
      return (
        <p>
          {status} {list('machine').length}
        </p>
      );
    }
    function Item() {
      renders.item += 1;
      return <b>{String(useItem(client, north, 'machine', 'loom-1')?.data)}</b>;
    }
    const { container } = render(
      <>
        <Group />
        <Item />
      </>,
    );
    expect(container.textContent).toBe('loading 0undefined');
    await act(() => clock.advance(0));
    expect(container.textContent).toBe('live 11');
    const before = { ...renders };
    await act(() => void server.write(north, { 'loom-2': 1 }));
    expect(container.textContent).toBe('live 21');
    expect([renders.item - before.item, renders.group - before.group]).toEqual([0, 1]);
    await act(() => void server.write(north, { 'loom-1': 5 }));
    expect(container.textContent).toBe('live 25');
  });

  test('the connection shows each state', async () => {
    const { clock, server, client } = setup();
    const { container } = render(<State client={client} />);
    function State({ client: shown }: { client: Client }) {
      const { state, retryAt } = useConnection(shown);
      return (
        <p>
          {state} {retryAt === undefined ? '' : 'later'}
        </p>
      );
    }
    await act(() => clock.advance(0));
    expect(container.textContent).toBe('connected ');
    await act(() => server.socket.drop());
    expect(container.textContent).toBe('reconnecting later');
  });

  test('a component that goes gives its group up; one that comes later sees it at once', async () => {
    const { clock, server, client } = setup();
    const Shown = () => <p>{useGroup(client, north).status}</p>;
    const first = render(<Shown />);
    await act(() => clock.advance(0));
    const second = render(<Shown />);
    await act(async () => {});
    expect(second.container.textContent).toBe('live');
    first.unmount();
    await act(() => clock.advance(0));
    expect(server.socket.framesOf('unsubscribe')).toEqual([]);
    second.unmount();
    // Passive effects are cleaned up after the paint.
    await vi.waitFor(async () => {
      await clock.advance(0);
      expect(server.socket.framesOf('unsubscribe')).toMatchObject([{ groups: [north] }]);
    });
  });

  test('another group in the same component takes the place of the first', async () => {
    const { clock, server, client } = setup();
    server.group('factory/line/one').write({ a: 'one' });
    server.group('factory/line/two').write({ a: 'two' });
    const Shown = ({ group }: { group: string }) => (
      <p>{String(useItem(client, group, 'machine', 'a')?.data)}</p>
    );
    const { container, rerender } = render(<Shown group="factory/line/one" />);
    await act(() => clock.advance(0));
    expect(container.textContent).toBe('one');
    rerender(<Shown group="factory/line/two" />);
    await act(() => clock.advance(0));
    expect(container.textContent).toBe('two');
    await vi.waitFor(async () => {
      await clock.advance(0);
      expect([...server.socket.members]).toEqual(['factory/line/two']);
    });
  });
});
