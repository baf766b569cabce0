/** What is on the screen as a file for spreadsheets: CSV of RFC 4180 with a byte order mark, which Excel needs to read UTF-8. */

export type Cell = string | number | boolean | undefined;

/** What begins a formula, also in the full width of Asian keyboards, or may be skipped before one. */
const formula = /^[=+\-@＝＋－＠\t\r\n]/;

/** One field. A text that a spreadsheet would run as a formula gets an apostrophe in front. */
function field(value: Cell): string {
  const text = value === undefined ? '' : String(value);
  const safe = typeof value === 'string' && formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of the file. Rows end with CRLF. */
export function csvOf(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `\ufeff${[columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('')}`;
}

/** Lets the browser save it. @param name of the file, without `.csv`; the day is added */
export function downloadCsv(
  name: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): void {
  const url = URL.createObjectURL(new Blob([csvOf(columns, rows)], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}-${new Date().toISOString().slice(0, 10)}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
