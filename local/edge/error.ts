/** The template asks for something of CloudFront or S3 that the local cloud does not play. */
export class EdgeError extends Error {
  override name = 'EdgeError';
}
