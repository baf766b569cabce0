/** A board in a real browser: when it is cut off from the server, and with a thousand orders on it. */
import { expect, test } from 'vitest';
import { card, centre, settled, useKitchen } from './kitchen.ts';
import { wire } from './wire.ts';

const { system, admin, open, run, place } = useKitchen();

test('K5 K6 K7: a board that is cut off says so, keeps its orders, polls, and is live again by itself with nothing missing', async () => {
  const { state, prepare, cut } = wire();
  const page = await open(centre, 'cook', {
    async prepare(fresh) {
      await fresh.clock.install();
      await prepare?.(fresh);
    },
  });
  const connection = (word: string) => page.getByRole('button', { name: word, exact: true });
  /** Lets the page's clock run ahead, a retry at a time, until it says what its connection is. */
  const later = (word: string) =>
    expect
      .poll(
        async () => {
          await page.clock.fastForward(30_000);
          return connection(word).count();
        },
        { interval: 500, timeout: 20_000 },
      )
      .toBe(1);
  await place(515);
  await card(page, 515).waitFor();
  await page.evaluate('globalThis.sameVisit = true');

  state.refuse = true;
  await cut();
  await connection('Reconnecting').waitFor();
  await run('start-order', { location: 'centre', order: 'o515' });
  await place(516);
  await page.clock.fastForward(2000);
  await page.getByText(/^This is the state of .* Changes since then are missing\.$/).waitFor();
  await card(page, 515).getByText('New', { exact: true }).waitFor();
  expect(await card(page, 516).count()).toBe(0);

  await later('Polling');
  await card(page, 516).waitFor();
  await card(page, 515).getByText('Preparing').waitFor();
  await place(517);
  await page.clock.fastForward(10_000);
  await card(page, 517).waitFor();

  state.refuse = false;
  await later('Live');
  await place(518);
  await card(page, 518).waitFor();
  await page.getByText(/Changes since then are missing/).waitFor({ state: 'detached' });
  const { snapshot } = await admin().call<{
    snapshot: { entity: string; key: string; data: { state: string } }[];
  }>('GET', 'groups/kitchen/location/centre');
  const kept = snapshot
    .filter(
      ({ entity, data }) => entity === 'order' && ['pending', 'preparing', 'ready'].includes(data.state),
    )
    .map(({ key, data }) => `${key} ${data.state}`);
  const shown = await page
    .locator('[data-order]')
    .evaluateAll((cards) =>
      cards.map((one) => `${one.getAttribute('data-order')} ${one.getAttribute('data-state')}`),
    );
  expect(shown.sort()).toEqual(kept.sort());
  expect(await page.evaluate('globalThis.sameVisit')).toBe(true);
});

/** Puts many orders beside one that was placed, alike but for their numbers: what no test can wait for. */
async function copies(location: string, numbers: readonly number[]): Promise<void> {
  const table = system()
    .cloud.assembly.ofType('AWS::DynamoDB::GlobalTable')
    .find(({ logicalId }) => /kitchen/i.test(logicalId))?.physicalId;
  const dynamodb = (action: string, input: object) => system().cloud.dynamodb.call(action, input, {});
  const key = (number: number) => ({
    partition: { S: `location/${location}` },
    item: { S: `order#o${number}` },
  });
  const first = { TableName: table, Key: key(1) };
  const { Item } = (await dynamodb('GetItem', first)) as { Item: { data: { M: object } } };
  for (let at = 0; at < numbers.length; at += 25) {
    const puts = numbers.slice(at, at + 25).map((number) => {
      const data = { M: { ...Item.data.M, number: { N: String(number) } } };
      return { PutRequest: { Item: { ...Item, ...key(number), data } } };
    });
    await dynamodb('BatchWriteItem', { RequestItems: { [table ?? '']: puts } });
  }
}

test('an update repaints its own card among 1,000', async () => {
  await run('add-location', { location: 'stadium', title: 'Stadium' });
  await place(1, { location: 'stadium' });
  await copies(
    'stadium',
    Array.from({ length: 999 }, (_, index) => index + 2),
  );
  const page = await open('/#/kitchen/location/stadium?display=all', 'admin');
  await expect.poll(() => page.locator('[data-order]').count(), { timeout: 20_000 }).toBe(1000);
  await settled(page);
  await page.evaluate(() => {
    const touched: string[] = [];
    const board = document.querySelector('.orders');
    const watcher = new MutationObserver((records) => {
      for (const { target, type } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        // Timers tick by the clock, on every card.
        const settles = type === 'attributes' && element === board;
        if (element?.closest('time') === null && !settles)
          touched.push(element.closest('[data-order]')?.getAttribute('data-order') ?? element.className);
      }
    });
    if (board !== null)
      watcher.observe(board, { subtree: true, childList: true, characterData: true, attributes: true });
    Object.assign(globalThis, { touched });
  });
  await run('start-order', { location: 'stadium', order: 'o777' });
  await card(page, 777).getByText('Preparing').waitFor();
  const touched = await page.evaluate<string[]>('globalThis.touched');
  // Its list item moves in the list: what is started stands behind what waits longer.
  expect(new Set(touched.filter((one) => one !== 'orders settled'))).toEqual(new Set(['o777']));
  const moves = touched.filter((one) => one === 'orders settled').length;
  expect(moves).toBeLessThanOrEqual(2);
});
