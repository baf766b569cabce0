/** The faults as each part of the local cloud asks for them. The parts themselves know no rules, rates or seeds. */
import type { Faults as DynamoDbFaults } from '../dynamodb/types.ts';
import type { StreamFaults } from '../events/mapping.ts';
import type { GatewayFaults } from '../gateway/context.ts';
import type { LambdaFaults } from '../lambda/faults.ts';
import type { Faults } from './faults.ts';

export function gatewayFaults(faults: Faults): GatewayFaults {
  const { strikes, strikesFor } = faults;
  const answers = ['lost', 'gone', 'tooLarge', 'throttled', 'failed'] as const;
  return {
    loseDisconnect: () => strikes('connection.disconnectLost'),
    cut: (body) => strikes('connection.cut', { body }),
    post(body, functionName) {
      // A broadcast makes thousands of posts a second.
      if (faults.off) return undefined;
      const subject = { body, function: functionName };
      const answer = answers.find((kind) => strikes(`post.${kind}`, subject));
      if (answer !== undefined) return { kind: answer };
      const hung = strikesFor('post.hung', subject);
      if (hung !== undefined) return { kind: 'hung', ms: hung };
      const delayed = strikesFor('post.delayed', subject);
      return delayed === undefined ? undefined : { kind: 'delayed', ms: delayed };
    },
  };
}

export function dynamoDbFaults(faults: Faults): DynamoDbFaults {
  const { strikes, strikesFor } = faults;
  return {
    throttle: (table) => strikes('table.throttled', { table }),
    conflict: (table) => strikes('table.conflict', { table }),
    delayMs(tables) {
      if (faults.off) return 0;
      const delays = tables().map((table) => strikesFor('table.delayed', { table }) ?? 0);
      return Math.max(0, ...delays);
    },
    unanswered: (tables) => !faults.off && tables().some((table) => strikes('table.unanswered', { table })),
    get gsiLagMs() {
      return strikesFor('table.lagging') ?? 0;
    },
  };
}

export function lambdaFaults({ strikes, strikesFor }: Faults): LambdaFaults {
  return {
    refusal(functionName) {
      const subject = { function: functionName };
      if (strikes('function.throttled', subject)) return 'throttled';
      return strikes('function.failed', subject) ? 'failed' : undefined;
    },
    ending(functionName) {
      const subject = { function: functionName };
      if (strikes('function.killedBefore', subject)) return { kind: 'killedBefore' };
      if (strikes('function.killedAfter', subject)) return { kind: 'killedAfter' };
      const killed = strikesFor('function.killedDuring', subject);
      if (killed !== undefined) return { kind: 'killedDuring', ms: killed };
      const timedOut = strikesFor('function.timedOut', subject);
      return timedOut === undefined ? undefined : { kind: 'timedOut', ms: timedOut };
    },
    skewMs: (functionName) => strikesFor('clock.skewed', { function: functionName }) ?? 0,
  };
}

export function streamFaults({ strikes, strikesFor }: Faults): StreamFaults {
  return {
    repeat: (functionName, table) => strikes('stream.repeated', { function: functionName, table }),
    split: (functionName, table) => strikes('stream.split', { function: functionName, table }),
    reorder: (functionName, table) => strikes('stream.reordered', { function: functionName, table }),
    delayMs: (functionName, table) => strikesFor('stream.delayed', { function: functionName, table }) ?? 0,
  };
}
