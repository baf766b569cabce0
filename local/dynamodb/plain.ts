/** Items that need no checking: the many that a broadcast or a device writes. */

/** Numbers in the one spelling in which DynamoDB gives them back, with digits to spare. */
const plainNumber = /^(?!-0$)-?(?:0|[1-9]\d{0,15})(?:\.\d{0,15}[1-9])?$/;

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether every attribute is one value of a scalar, list or map type as it would be stored. Of such an item dynalite's
 * checks find nothing wrong and change nothing. False says nothing: sets, binaries and other spellings are left to them.
 */
export function isPlainItem(item: unknown): boolean {
  if (!isMap(item)) return false;
  for (const name in item) if (!isPlainValue(item[name])) return false;
  return true;
}

function isPlainValue(value: unknown): boolean {
  if (!isMap(value)) return false;
  const [type, ...others] = Object.keys(value);
  if (type === undefined || others.length > 0) return false;
  const held = value[type];
  switch (type) {
    case 'S':
      return typeof held === 'string';
    case 'N':
      return typeof held === 'string' && plainNumber.test(held);
    case 'BOOL':
      return typeof held === 'boolean';
    case 'NULL':
      return held === true;
    case 'M':
      return isPlainItem(held);
    case 'L':
      return Array.isArray(held) && held.every(isPlainValue);
    default:
      return false;
  }
}
