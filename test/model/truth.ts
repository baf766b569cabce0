/** All that ever stood in the table, from its stream: what every frame and every view is held against. */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Cloud } from '../../local/cloud.ts';
import type { TableStream } from '../../local/ports.ts';
import { type Image, seenBy } from './rules.ts';

/** What a group's members should hold: `entity key` to rev and data. */
export type Contents = Map<string, { rev: number; data: string }>;

/** By object: views are compared over and over while they come to rest. */
const texts = new WeakMap<object, string>();

/** JSON with the members of objects in order, so that equal values are equal texts. */
export function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const text = texts.get(value) ?? ordered(value);
  texts.set(value, text);
  return text;
}

function ordered(value: object): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

export const idOf = (item: { entity: string; key: string }) => `${item.entity} ${item.key}`;

/** The streams of the tables that groups show: the domain's items, and who is present. */
function streamsOf({ assembly, dynamodb }: Cloud): TableStream[] {
  const streams = assembly
    .ofType('AWS::DynamoDB::GlobalTable')
    .filter(({ logicalId }) => /DomainFactory|Presence/.test(logicalId))
    .flatMap(({ attributes }) => dynamodb.stream(attributes.StreamArn ?? '') ?? []);
  if (streams.length === 0) throw new Error('The factory has no table with a stream.');
  return streams;
}

export class Truth {
  /** Every state of every item, the oldest first. */
  readonly versions = new Map<string, Image[]>();
  readonly #standing = new Map<string, Image>();
  readonly #contents = new Map<string, Contents>();
  readonly #sources: { stream: TableStream; after: string | undefined }[];

  private constructor(sources: { stream: TableStream; after: string | undefined }[]) {
    this.#sources = sources;
  }

  /** What happens from now on. */
  static async from(cloud: Cloud): Promise<Truth> {
    const streams = streamsOf(cloud);
    return new Truth(
      await Promise.all(streams.map(async (stream) => ({ stream, after: await stream.latest() }))),
    );
  }

  /** Reads on to the end of the streams. */
  async read(): Promise<void> {
    for (const source of this.#sources) await this.#readOn(source);
  }

  async #readOn(source: { stream: TableStream; after: string | undefined }): Promise<void> {
    for (;;) {
      const records = await source.stream.read(source.after, 500);
      if (records.length === 0) return;
      this.#contents.clear();
      for (const { dynamodb } of records) {
        source.after = dynamodb.SequenceNumber;
        const { partition, item } = unmarshall(dynamodb.Keys as never) as { partition: string; item: string };
        const place = `${partition} ${item}`;
        if (dynamodb.NewImage === undefined) {
          this.#standing.delete(place);
          continue;
        }
        const { rev, data } = unmarshall(dynamodb.NewImage as never) as Pick<Image, 'rev' | 'data'>;
        const at = item.indexOf('#');
        const image = { partition, entity: item.slice(0, at), key: item.slice(at + 1), rev, data };
        this.#standing.set(place, image);
        const id = idOf(image);
        this.versions.set(id, [...(this.versions.get(id) ?? []), image]);
      }
    }
  }

  /** What a group consists of now. */
  contents(group: string): Contents {
    const contents = this.#contents.get(group) ?? this.#gathered(group);
    this.#contents.set(group, contents);
    return contents;
  }

  #gathered(group: string): Contents {
    const seen = [...this.#standing.values()].filter((image) => seenBy(image).includes(group));
    return new Map(seen.map((image) => [idOf(image), { rev: image.rev, data: canonical(image.data) }]));
  }

  /** Why a group's members may not be shown this state; undefined when they may. */
  leak(
    group: string,
    shown: { entity: string; key: string; rev: number; data?: unknown },
  ): string | undefined {
    const versions = this.versions.get(idOf(shown)) ?? [];
    if (shown.data === undefined) {
      const known = versions.some((image) => image.rev < shown.rev && seenBy(image).includes(group));
      return known ? undefined : 'the removal of what the group never saw';
    }
    const same = versions.filter(({ rev }) => rev === shown.rev);
    if (same.length === 0) return 'a state that never was';
    const visible = same.filter((image) => seenBy(image).includes(group));
    if (visible.length === 0)
      return `a state that only ${same.flatMap(seenBy).join(', ') || 'nobody'} may see`;
    const data = canonical(shown.data);
    return visible.some((image) => canonical(image.data) === data) ? undefined : 'other data than was stored';
  }

  /** All items that ever were in a state that fits, by key. */
  keysWhere(fits: (image: Image) => boolean): Set<string> {
    return new Set([...this.versions.values()].flat().filter(fits).map(idOf));
  }
}
