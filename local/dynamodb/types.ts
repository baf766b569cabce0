/** An attribute in DynamoDB JSON as it travels on the wire: exactly one field is set, binary is base64. */
export interface AttributeValue {
  S?: string;
  N?: string;
  B?: string;
  BOOL?: boolean;
  NULL?: boolean;
  SS?: string[];
  NS?: string[];
  BS?: string[];
  L?: AttributeValue[];
  M?: Item;
}

export type Item = Record<string, AttributeValue>;

export interface KeyElement {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}

export interface Index {
  IndexName: string;
  KeySchema: KeyElement[];
  Projection: { ProjectionType: 'ALL' | 'INCLUDE' | 'KEYS_ONLY'; NonKeyAttributes?: string[] };
}

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/** A table's definition. The capitalised fields have the names that dynalite's functions read. */
export interface Table {
  TableName: string;
  KeySchema: KeyElement[];
  AttributeDefinitions: { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[];
  GlobalSecondaryIndexes?: Index[];
  LocalSecondaryIndexes?: Index[];
  arn: string;
  stream?: { arn: string; viewType: StreamViewType };
  /** The attribute that holds an item's expiry in epoch seconds. */
  ttlAttribute?: string;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** Faults to inject. Each is asked anew on every call, so a test may change its answers while the tables run. */
export interface Faults {
  /** True: the call (of that action, e.g. `PutItem`) on that table gets `ProvisionedThroughputExceededException`. */
  throttle?(table: string, action: string): boolean;
  /** True: a write to that table, or a transaction on it, meets a `TransactionConflict`. */
  conflict?(table: string): boolean;
  /** How much later than usual a call on these tables is carried out and answered, half each, in milliseconds. */
  delayMs?(tables: () => readonly string[]): number;
  /** True: the write, which touched these tables, is done and answered with `InternalServerError`. */
  unanswered?(tables: () => readonly string[]): boolean;
  /** How far reads from global secondary indexes lag behind, in milliseconds of the clock. Default 0. */
  gsiLagMs?: number;
}
