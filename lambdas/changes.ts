/** Stream records as changes of items. */
import type { DynamoDBRecord } from 'aws-lambda';
import type { Change } from '../core/changes.ts';
import type { AnyDomain, Item } from '../core/domain.ts';
import { decodeImage } from './adapters/dynamo.ts';
import { itemOf } from './adapters/items.ts';
import { logger } from './telemetry.ts';

/** The domain of a table; undefined when it has none here. */
export type DomainOf = (table: string) => AnyDomain | undefined;

/** A change with the number of its record. */
export interface RecordedChange extends Change {
  domain: AnyDomain;
  sequence: string;
}

/** The changes in order, and the numbers of records that are none. */
export function changesOf(
  records: readonly DynamoDBRecord[],
  domainOf: DomainOf,
): { changes: RecordedChange[]; unreadable: string[] } {
  const changes: RecordedChange[] = [];
  const unreadable: string[] = [];
  for (const record of records) {
    const sequence = record.dynamodb?.SequenceNumber ?? '';
    try {
      changes.push({ ...changeOf(record, domainOf), sequence });
    } catch (error) {
      unreadable.push(sequence);
      logger.error('record not readable', { error: error as Error, record: sequence });
    }
  }
  return { changes, unreadable };
}

function changeOf(
  { eventSourceARN, dynamodb }: DynamoDBRecord,
  domainOf: DomainOf,
): Change & { domain: AnyDomain } {
  const table = eventSourceARN?.split(':table/')[1]?.split('/')[0] ?? '';
  const domain = domainOf(table);
  if (domain === undefined) throw new Error(`No domain keeps its items in the table "${table}".`);
  const before = imageOf(dynamodb?.OldImage);
  const after = imageOf(dynamodb?.NewImage);
  if (before === undefined && after === undefined) throw new Error('The record has no image.');
  return { domain, before, after };
}

function imageOf(image: unknown): Item | undefined {
  return image === undefined ? undefined : itemOf(decodeImage(image));
}
