/** Builds the SPA into `web/dist`: hashed assets, nothing inline, so that `script-src 'self'; style-src 'self'` holds. */
import { defineConfig } from 'vite';

/** The modules of the first paint. */
const shell =
  /preload-helper|\/node_modules\/(preact|@preact)|\/core\/(group|view)|\/web\/(client\/(?!shared|leader|tabs)|src\/(?!later|oidc|texts\.ru)|kit\/(announce|clock|i18n|icons|live|memory|platform|route|skeleton)\b)/;

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    // `light-dark()` and container queries stay as written: lowered, they would grow the styles for browsers nobody has.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // What all views share and the shell does not need comes with the first view, once.
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'kit', test: /web\/kit\/(parts|command)\.tsx$/ },
            // What the first paint needs, in one piece: two compress worse than one. `later/` comes when it is shown.
            {
              name: 'shell',
              test: (id) => shell.test(id) && !id.endsWith('.css'),
            },
          ],
        },
      },
    },
  },
});
