/** IAM's patterns: `*` is any text, `?` any one character; everything else is literal. */
export function wildcard(pattern: string, ignoreCase = false): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
}
