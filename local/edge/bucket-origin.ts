import { decode } from '../gateway/wire.ts';
import { type Assembly, region, type ServiceReply, type ServiceRequest } from '../ports.ts';
import type { Bucket } from './files.ts';

type Properties = Record<string, unknown>;

/** Whether the bucket's policy lets CloudFront (origin access control) do `action`. */
function grants(assembly: Assembly, bucketId: string, action: string): boolean {
  return assembly
    .ofType('AWS::S3::BucketPolicy')
    .filter(({ properties }) => properties.Bucket === bucketId)
    .flatMap(({ properties }) => [(properties.PolicyDocument as Properties | undefined)?.Statement].flat())
    .some((statement) => {
      const { Effect, Action, Principal } = (statement ?? {}) as Properties;
      const services = [(Principal as Properties | undefined)?.Service].flat();
      const actions = [Action].flat().map(String);
      return (
        Effect === 'Allow' &&
        (Principal === '*' || services.includes('cloudfront.amazonaws.com')) &&
        actions.some(
          (one) =>
            one === action || one === 's3:*' || (one.endsWith('*') && action.startsWith(one.slice(0, -1))),
        )
      );
    });
}

const xmlError = (status: number, code: string, message: string): ServiceReply => ({
  status,
  headers: { 'content-type': 'application/xml', 'x-amz-bucket-region': region },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});

const unquoted = (tag: string): string => tag.trim().replace(/^W\//, '');

/**
 * A bucket as CloudFront sees it: GET and HEAD of objects, ETag and 304. A missing object is 403, as S3 answers whoever
 * may not list the bucket, and 404 where the bucket policy grants `s3:ListBucket`.
 */
export function createBucketOrigin(assembly: Assembly, bucketId: string, bucket: Bucket) {
  const readable = grants(assembly, bucketId, 's3:GetObject');
  const listable = grants(assembly, bucketId, 's3:ListBucket');
  return (path: string, { method, headers }: Pick<ServiceRequest, 'method' | 'headers'>): ServiceReply => {
    if (!readable) return xmlError(403, 'AccessDenied', 'Access Denied');
    if (method !== 'GET' && method !== 'HEAD') {
      return xmlError(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
    }
    const file = bucket.get(decode(path.slice(1)));
    if (!file) {
      return listable
        ? xmlError(404, 'NoSuchKey', 'The specified key does not exist.')
        : xmlError(403, 'AccessDenied', 'Access Denied');
    }
    const asked = headers['if-none-match'];
    const unchanged = asked?.split(',').some((tag) => tag.trim() === '*' || unquoted(tag) === file.etag);
    return unchanged
      ? { status: 304, headers: { ...file.headers, etag: file.etag }, body: '' }
      : { status: 200, headers: { ...file.headers, etag: file.etag }, body: file.body };
  };
}
