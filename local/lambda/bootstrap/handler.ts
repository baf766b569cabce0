/** Finds and calls a function's handler as Lambda's Node runtime does. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionError } from './protocol.ts';

export type Handler = (event: unknown, context: object, callback?: unknown) => unknown;

/** An error whose name is the `errorType` that AWS reports. */
export class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export function describeError(error: unknown): FunctionError {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return {
    errorType: error.name || 'Error',
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
}

function fileOf(taskRoot: string, module: string): string {
  const path = join(taskRoot, module);
  const found = ['', '.js', '.mjs', '.cjs'].map((extension) => path + extension).find(isFile);
  if (!found) throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${module}'`);
  return found;
}
const isFile = (path: string) => /\.[cm]?js$/.test(path) && existsSync(path);

async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
      throw new RuntimeError('Runtime.ImportModuleError', String(error));
    }
    if (error instanceof SyntaxError) throw new RuntimeError('Runtime.UserCodeSyntaxError', String(error));
    throw error;
  }
}

const property = (holder: unknown, name: string): unknown =>
  (typeof holder === 'object' && holder !== null) || typeof holder === 'function'
    ? (holder as Record<string, unknown>)[name]
    : undefined;

/** `folder/file.export.inner`: everything up to the first dot of the last path segment is the module. */
export async function loadHandler(taskRoot: string, handler: string, nodeMajor: number): Promise<Handler> {
  const [, module, path] = /^((?:.*\/)?[^./]+)\.(.+)$/.exec(handler) ?? [];
  if (!module || !path) throw new RuntimeError('Runtime.MalformedHandlerName', `Bad handler ${handler}`);
  const exports = await importModule(fileOf(taskRoot, module));
  const find = (root: unknown) => path.split('.').reduce(property, root);
  const found = find(exports) ?? find(exports.default);
  if (typeof found !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (nodeMajor >= 24 && found.length >= 3) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later.',
    );
  }
  return found as Handler;
}

/**
 * Runs a handler: its promise or value, and before Node 24 also its callback or `context.done`, whichever is first. A
 * callback ends the invocation at once; that Lambda then waits for an empty event loop is not emulated.
 */
export function callHandler(
  handler: Handler,
  event: unknown,
  context: object,
  nodeMajor: number,
): Promise<unknown> {
  if (nodeMajor >= 24) return Promise.resolve(handler(event, context));
  return new Promise((resolve, reject) => {
    const done = (error: unknown, value?: unknown) => (error ? reject(error) : resolve(value));
    Object.assign(context, { done, succeed: resolve, fail: reject });
    const returned = handler(event, context, done);
    if (typeof property(returned, 'then') === 'function') resolve(returned);
    else if (handler.length < 3 && returned !== undefined) resolve(null);
  });
}
