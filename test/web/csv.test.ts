import { expect, test } from 'vitest';
import { csvOf } from '../../web/kit/csv.ts';

test('a table becomes CSV that a spreadsheet reads, and runs nothing of', () => {
  const rows = [
    ['plain', 1.5, true, undefined],
    ['a "quoted", cell', -3, false, 'two\nlines'],
    ['=HYPERLINK("http://x")', 0, true, '@cmd'],
  ];
  expect(csvOf(['Name', 'Count', 'Done', 'Note'], rows)).toBe(
    [
      '\ufeffName,Count,Done,Note',
      'plain,1.5,true,',
      '"a ""quoted"", cell",-3,false,"two\nlines"',
      '"\'=HYPERLINK(""http://x"")",0,true,\'@cmd',
      '',
    ].join('\r\n'),
  );
});

test.each(['=1', '+1', '-1', '@a', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠a'])(
  '%j stays a text',
  (text) => {
    const [, line] = /^\ufeff\r\n"?(.*?)"?\r\n$/s.exec(csvOf([], [[text]])) ?? [];
    expect(line).toBe(`'${text}`);
  },
);
