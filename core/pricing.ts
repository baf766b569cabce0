/** What AWS asks for what is counted (`GET /_local/meter` of the local cloud counts as AWS does). */

/** USD for a million, on demand, us-east-1, November 2026: aws.amazon.com/api-gateway, /lambda, /dynamodb, each at /pricing. */
export const pricing = {
  region: 'us-east-1',
  currency: 'USD',
  asOf: '2026-11',
  perMillion: {
    /** Each started 32 KB, in both directions. */
    'websocket.messages': 1,
    'websocket.connectionMinutes': 0.25,
    /** HTTP API, each started 512 KB. */
    'http.requests': 1,
    'lambda.requests': 0.2,
    /** 0.0000133334 a GB-second, arm64. Reads of a stream by a function cost nothing more. */
    'lambda.gbMs': 0.0133334,
    'dynamodb.writeUnits': 0.625,
    'dynamodb.readUnits': 0.125,
  },
} as const;

/** What has a price. */
export type Priced = keyof typeof pricing.perMillion;

/** Price of so many, in USD. */
export function priceOf(kind: Priced, amount: number): number {
  return (pricing.perMillion[kind] * amount) / 1e6;
}

export interface Bill {
  lines: { kind: Priced; amount: number; cost: number }[];
  /** In USD. */
  total: number;
}

/** The bill for amounts by kind and resource. What has no price here is not in it. */
export function billOf(amounts: Readonly<Record<string, Readonly<Record<string, number>>>>): Bill {
  const lines = (Object.keys(pricing.perMillion) as Priced[]).map((kind) => {
    const amount = Object.values(amounts[kind] ?? {}).reduce((sum, one) => sum + one, 0);
    return { kind, amount, cost: priceOf(kind, amount) };
  });
  return { lines, total: lines.reduce((sum, { cost }) => sum + cost, 0) };
}
