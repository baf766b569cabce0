/** The parts of dynalite 4.0.0 that are used here. It has no types of its own and no `exports` map. */

declare module 'dynalite/db/index.js' {
  import type { AttributeValue, Index, Item, KeyElement, Table } from './types.ts';

  export interface Operation {
    type: 'put' | 'del';
    key: string;
    value?: unknown;
  }
  export interface Range {
    gt?: string;
    gte?: string;
    lt?: string;
    lte?: string;
    reverse?: boolean;
    /** -1: no limit. */
    limit?: number;
  }
  export interface Iterator<T> {
    nextv(size: number): Promise<T[]>;
    close(): Promise<void>;
  }
  export interface Level {
    open(): Promise<void>;
    close(): Promise<void>;
    get(key: string): Promise<unknown>;
    getMany(keys: string[]): Promise<unknown[]>;
    batch(operations: Operation[]): Promise<void>;
    clear(range: Range): Promise<void>;
    values(range: Range): Iterator<unknown>;
    keys(range: Range): Iterator<string>;
  }
  export interface DynaliteError extends Error {
    statusCode?: number;
    body?: { __type: string; message?: string; Message?: string };
  }
  /** A node of a parsed condition: a comparison, a function, or `and`, `or`, `not`. */
  export interface Expression {
    type: string;
    name?: string;
    args: Operand[];
  }
  export type Path = (string | number)[];
  export type Operand = Path | Expression | AttributeValue;
  export interface ParsedCondition {
    expression: Expression;
    pathHeads: Record<string, boolean>;
    nestedPaths: Record<string, boolean>;
  }

  interface Db {
    create(options: { path?: string }): { db: Level };
    validateItem(item: Item, table: Table): DynaliteError | null | undefined;
    validateKey(key: Item, table: Table): DynaliteError | null | undefined;
    validateKeyPaths(
      paths: Record<string, boolean> | undefined,
      table: Table,
    ): DynaliteError | null | undefined;
    createKey(item: Item, table: Table): string;
    createIndexKey(item: Item, table: Table, keySchema: KeyElement[]): string;
    getIndexActions(
      indexes: Index[],
      before: Item | undefined,
      after: Item | undefined,
      table: Table,
    ): { puts: { index: string; key: string; item: Item }[]; deletes: { index: string; key: string }[] };
    compare(operator: string, left: AttributeValue | undefined, right: unknown[]): boolean;
    mapPath(path: Path, item: Item): AttributeValue | undefined;
    mapPaths(paths: (string | Path)[], item: Item): Item;
    matchesFilter(item: Item, filter: unknown, operator: string | undefined): boolean;
  }
  const db: Db;
  export default db;
}

declare module 'dynalite/validations/index.js' {
  const validations: {
    checkTypes(data: unknown, types: object): Record<string, unknown>;
    checkValidations(data: unknown, types: object, custom: unknown, store: unknown): void;
  };
  export default validations;
}

declare module 'dynalite/validations/*' {
  const schema: { types: object; custom?: unknown };
  export default schema;
}

declare module 'dynalite/actions/*' {
  const action: (
    store: unknown,
    data: unknown,
    callback: (error: Error | null | undefined, result?: unknown) => void,
  ) => void;
  export default action;
}
