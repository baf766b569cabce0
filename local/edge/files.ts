import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Assembly, Resource } from '../ports.ts';
import { EdgeError } from './error.ts';

/** One object of a bucket. */
export interface StoredFile {
  body: Buffer;
  /** Quoted, as in the header. */
  etag: string;
  headers: Record<string, string>;
}

/** Objects by key. */
export type Bucket = Map<string, StoredFile>;

const types: Record<string, string> = {
  avif: 'image/avif',
  css: 'text/css',
  gif: 'image/gif',
  html: 'text/html',
  ico: 'image/vnd.microsoft.icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/javascript',
  json: 'application/json',
  map: 'application/json',
  mjs: 'text/javascript',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  wasm: 'application/wasm',
  wav: 'audio/wav',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff: 'font/woff',
  woff2: 'font/woff2',
  xml: 'text/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
};

const typeOf = (key: string): string =>
  types[(key.split('.').at(-1) ?? '').toLowerCase()] ?? 'binary/octet-stream';

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const records = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
const isFalse = (value: unknown): boolean => value === false || value === 'false';

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** How the value of a marker stands in a file; `jsonEscape` for files that are JSON. */
function markerText(value: unknown, config: Record<string, unknown>): string {
  if (String(config.jsonEscape) !== 'true') return String(value);
  const text = JSON.stringify(value);
  return typeof value === 'string' ? text.slice(1, -1) : text;
}

function substitute(
  body: Buffer,
  markers: Record<string, unknown>,
  config: Record<string, unknown>,
  localize: (text: string) => string,
): Buffer {
  const present = Object.entries(markers).filter(([marker]) => body.includes(marker));
  if (present.length === 0) return body;
  const replaced = present.reduce(
    (text, [marker, value]) =>
      text.replaceAll(marker, markerText(typeof value === 'string' ? localize(value) : value, config)),
    body.toString('utf8'),
  );
  return Buffer.from(replaced);
}

function systemHeaders(metadata: unknown): Record<string, string> {
  const known = [
    'content-type',
    'cache-control',
    'content-encoding',
    'content-disposition',
    'content-language',
  ];
  const entries = Object.entries((metadata ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    entries
      .map(([name, value]): [string, string] => [name.toLowerCase(), String(value)])
      .filter(([name]) => known.includes(name)),
  );
}

/** The shell patterns of `aws s3 sync`: `*` any text, `?` one character. */
function globs(value: unknown): RegExp[] {
  return strings(value).map(
    (pattern) =>
      new RegExp(
        `^${pattern
          .replace(/[.+^${}()|[\]\\]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.')}$`,
      ),
  );
}

function deploy(
  bucket: Bucket,
  resource: Resource,
  assembly: Assembly,
  localize: (text: string) => string,
): void {
  const { properties } = resource;
  const prefix = String(properties.DestinationBucketKeyPrefix ?? '').replace(/^\/|\/$/g, '');
  const keyOf = (name: string): string => (prefix ? `${prefix}/${name}` : name);
  const headers = systemHeaders(properties.SystemMetadata);
  const markers = records(properties.SourceMarkers);
  const configs = records(properties.SourceMarkersConfig);
  const excluded = globs(properties.Exclude);
  const included = globs(properties.Include);
  const passes = (name: string): boolean =>
    !excluded.some((pattern) => pattern.test(name)) || included.some((pattern) => pattern.test(name));

  const fresh: Bucket = new Map();
  for (const [index, objectKey] of strings(properties.SourceObjectKeys).entries()) {
    const source = assembly.assetPath(objectKey);
    if (!statSync(source).isDirectory()) {
      throw new EdgeError(
        `${resource.logicalId} deploys the archive ${source}; only folders can be deployed here`,
      );
    }
    for (const name of filesBelow(source)) {
      if (!passes(name)) continue;
      const read = readFileSync(join(source, name));
      const body = substitute(read, markers[index] ?? {}, configs[index] ?? {}, localize);
      const etag = `"${createHash('md5').update(body).digest('hex')}"`;
      fresh.set(keyOf(name), { body, etag, headers: { 'content-type': typeOf(name), ...headers } });
    }
  }
  if (!isFalse(properties.Prune)) {
    for (const key of bucket.keys()) {
      const name = prefix ? key.slice(prefix.length + 1) : key;
      if (key.startsWith(prefix ? `${prefix}/` : '') && passes(name)) bucket.delete(key);
    }
  }
  for (const [key, file] of fresh) bucket.set(key, file);
}

/**
 * The content of every bucket, as the template's bucket deployments leave it.
 *
 * @param localize replaces addresses of AWS by local ones in the values that the deployment writes into files
 */
export function loadBuckets(assembly: Assembly, localize: (text: string) => string): Map<string, Bucket> {
  const buckets = new Map(
    assembly.ofType('AWS::S3::Bucket').map(({ physicalId }) => [physicalId, new Map() as Bucket]),
  );
  for (const resource of assembly.ofType('Custom::CDKBucketDeployment')) {
    const bucket = buckets.get(String(resource.properties.DestinationBucketName));
    if (bucket) deploy(bucket, resource, assembly, localize);
  }
  return buckets;
}
