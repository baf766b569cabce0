/** The exceptions of the service, as `AwsError`s. */
import type { DynaliteError } from 'dynalite/db/index.js';
import { AwsError } from '../ports.ts';
import type { Item } from './types.ts';

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** @param item what stands there, when the caller asked for it with `ALL_OLD` */
export function conditionFailed(item: Item | undefined): AwsError {
  const message = 'The conditional request failed';
  return new AwsError('ConditionalCheckFailedException', message, 400, item ? { Item: item } : {});
}

export function throttled(): AwsError {
  return new AwsError(
    'ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
  );
}

export function conflict(): AwsError {
  return new AwsError('TransactionConflictException', 'Transaction is ongoing for the item');
}

export interface CancellationReason {
  Code: string;
  Message?: string;
  Item?: Item;
}

export function cancelled(reasons: CancellationReason[]): AwsError {
  const codes = reasons.map((reason) => reason.Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsError('TransactionCanceledException', message, 400, { CancellationReasons: reasons });
}

/** An error of dynalite as an `AwsError` when it is one of the service; another error as it is. */
export function awsError(error: Error): Error {
  const { body, statusCode } = error as DynaliteError;
  if (!body) return error;
  const name = body.__type.split('#').at(-1) ?? 'InternalServerError';
  return new AwsError(name, body.message ?? body.Message ?? '', statusCode);
}

/** Throws what a check of dynalite found, if anything. */
export function check(error: DynaliteError | null | undefined): void {
  if (error) throw awsError(error);
}
