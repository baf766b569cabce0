/**
 * Watches the bytes that a WebSocket client sends, and says when one frame is larger than `limit` bytes: as soon as its
 * header has come, whatever pieces the bytes arrive in. Needed because a WebSocket library reports whole messages only,
 * and API Gateway limits single frames too.
 */
export function createFrameScanner(limit: number): (chunk: Buffer) => boolean {
  const header = Buffer.alloc(14);
  let have = 0;
  let payloadLeft = 0;

  const headerLength = (): number => {
    if (have < 2) return 2;
    const second = header[1] ?? 0;
    const short = second & 0x7f;
    return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
  };
  const payloadLength = (): number => {
    const short = (header[1] ?? 0) & 0x7f;
    if (short === 126) return header.readUInt16BE(2);
    return short === 127 ? Number(header.readBigUInt64BE(2)) : short;
  };

  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (payloadLeft > 0) {
        const skipped = Math.min(payloadLeft, chunk.length - at);
        payloadLeft -= skipped;
        at += skipped;
        continue;
      }
      header[have++] = chunk[at++] ?? 0;
      if (have < 2 || have < headerLength()) continue;
      payloadLeft = payloadLength();
      have = 0;
      if (payloadLeft > limit) return true;
    }
    return false;
  };
}
