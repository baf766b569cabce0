/** Saves what is on the screen as a file for spreadsheets. */
import { type Cell, downloadCsv } from '../../../../web/kit/csv.ts';
import { dt } from './texts.ts';

export interface Sheet {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** @param title says to listeners what is saved. @param sheet is asked when the button is pressed */
export function CsvButton({ name, title, sheet }: { name: string; title: string; sheet: () => Sheet }) {
  return (
    <button
      type="button"
      class="button"
      aria-label={dt('csv.of', { title })}
      onClick={() => {
        const { columns, rows } = sheet();
        downloadCsv(name, columns, rows);
      }}
    >
      {dt('csv')}
    </button>
  );
}

/** A time as spreadsheets and scripts read it. */
export const isoOf = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString());

/** Minutes with one digit after the point. */
export const minutesOf = (ms: number): number => Math.round(ms / 6000) / 10;

/** A part of one as percent with one digit after the point. */
export const hundredths = (part: number | undefined): number | undefined =>
  part === undefined ? undefined : Math.round(part * 1000) / 10;
