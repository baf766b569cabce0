import { expect, test } from 'vitest';
import { budgets, excesses, type Size } from '../../bin/sizes.ts';

const js = (part: Size['part'], bytes: number): Size => ({ file: `${part}-x.js`, part, bytes });

test('sizes: scripts of the shell count in sum, views each, styles and sign-in not at all', () => {
  const fits: Size[] = [
    js('shell', budgets.shell / 2),
    js('shell', budgets.shell / 2),
    { file: 'shell-x.css', part: 'shell', bytes: budgets.shell },
    js('view', budgets.view),
    js('view', budgets.view),
    js('sign-in', budgets.shell),
  ];
  expect(excesses(fits)).toEqual([]);
  expect(excesses([...fits, js('shell', 1)])).toHaveLength(1);
  expect(excesses([js('view', budgets.view + 1), js('kit', budgets.kit + 1)])).toHaveLength(2);
});
