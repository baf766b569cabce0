import { defineConfig } from 'vitest/config';

/** Two cores, two workers: first the unit tests, then those that start whole systems and browsers, which wait a lot. */
export default defineConfig({
  test: {
    // Metrics are lines on standard output; tests of them switch them on.
    env: { POWERTOOLS_METRICS_DISABLED: 'true' },
    projects: [
      {
        extends: true,
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/{integration,conformance,e2e,model}/**'],
          // Machines are shared: what takes 10 s on a quiet one takes three times as long on a busy one.
          testTimeout: 90_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/{integration,conformance,e2e,model}/**/*.test.ts'],
          globalSetup: 'test/support/prepare.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
