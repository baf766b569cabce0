import { isRecord } from './wire.ts';

function valueAt(body: unknown, path: string): string | undefined {
  let value = body;
  for (const step of path.split(/[.[\]]+/).filter(Boolean)) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isRecord(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/**
 * The route key that a message selects: the value of an expression such as `$request.body.action`,
 * `$request.body.a.b` or `${request.body.service}/${request.body.action}`. Undefined when the message is no JSON or
 * lacks the value, which selects `$default`; so do the reserved keys, which no message can reach.
 */
export function selectRoute(expression: string, message: string): string | undefined {
  let body: unknown;
  try {
    body = JSON.parse(message);
  } catch {
    return undefined;
  }
  const whole = /^\$request\.body\.([\w.[\]-]+)$/.exec(expression)?.[1];
  let missing = false;
  const key =
    whole === undefined
      ? expression.replace(/\$\{request\.body\.([\w.[\]-]+)\}/g, (_, path: string) => {
          const value = valueAt(body, path);
          if (value === undefined) missing = true;
          return value ?? '';
        })
      : valueAt(body, whole);
  return missing || key === undefined || key.startsWith('$') ? undefined : key;
}
