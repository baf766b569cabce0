/** Where a function's imports are found when its bundle leaves them external. */
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const sdk = /^@(aws-sdk|smithy)\//;
const bare = /^(@[^/]+\/)?[^./#:@][^:]*$/;

/**
 * The order of Lambda's `NODE_PATH`: the function's own modules, its layers, then the SDK of the runtime. Nothing else
 * of the host can be imported.
 */
export function provideModules(sdkParent: string, layerParents: readonly string[]): void {
  let searching = false;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (searching || !bare.test(specifier)) return nextResolve(specifier, context);
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        const parents = sdk.test(specifier) ? [...layerParents, sdkParent] : layerParents;
        searching = true;
        try {
          for (const parentURL of parents) {
            try {
              if (!context.conditions.includes('require')) {
                return nextResolve(specifier, { ...context, parentURL });
              }
              // The default resolution of require() does not look at `parentURL`.
              const file = createRequire(parentURL).resolve(specifier);
              return { url: pathToFileURL(file).href, shortCircuit: true };
            } catch {
              // The first error names the function's own file, so it is the one worth reporting.
            }
          }
        } finally {
          searching = false;
        }
        throw error;
      }
    },
  });
}
