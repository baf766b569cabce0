/** Figures and how they are printed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

const number = (value: number) =>
  value.toLocaleString('en', {
    maximumFractionDigits: Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0,
  });

/** One line a figure: name, value with unit, and what it is set against in the same run. */
export function printFigure(name: string, value: number, unit: string, note = ''): void {
  console.log(`${name.padEnd(52)} ${number(value).padStart(10)} ${unit.padEnd(12)} ${note}`);
}

export function printTitle(title: string): void {
  console.log(`\n${title}\n${'-'.repeat(title.length)}`);
}
