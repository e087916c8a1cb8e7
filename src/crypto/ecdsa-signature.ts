/**
 * The DER form of an ECDSA signature `r || s` (RFC 7518 section 3.4), whose length the caller has checked.
 *
 * `node:crypto` takes either form, but the options object that asks for `r || s` costs more than this conversion.
 */
export function derSignature(rs: Uint8Array): Uint8Array {
  const half = rs.length / 2;
  const rStart = skipZeros(rs, 0, half);
  const sStart = skipZeros(rs, half, rs.length);
  const rLength = half - rStart + padding(rs, rStart);
  const sLength = rs.length - sStart + padding(rs, sStart);
  const length = 4 + rLength + sLength;
  const header = length < 0x80 ? 2 : 3; // 139 bytes at most, for P-521
  const der = new Uint8Array(header + length);
  der[0] = 0x30; // SEQUENCE
  if (header === 3) der[1] = 0x81;
  der[header - 1] = length;
  der[header] = 0x02; // INTEGER r
  der[header + 1] = rLength;
  copy(rs, rStart, half, der, header + 2 + rLength);
  der[header + 2 + rLength] = 0x02; // INTEGER s
  der[header + 3 + rLength] = sLength;
  copy(rs, sStart, rs.length, der, der.length);
  return der;
}

/** Where the shortest form of the number begins; a zero keeps one byte. */
function skipZeros(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end - 1 && bytes[at] === 0) at++;
  return at;
}

/** A leading zero byte keeps a DER integer positive. */
function padding(bytes: Uint8Array, at: number): 0 | 1 {
  return (bytes[at] ?? 0) < 0x80 ? 0 : 1;
}

/** Copies `from[start..end)` so that it ends at `toEnd`. A loop: `set(subarray())` makes an object for each number. */
function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, toEnd: number): void {
  const shift = toEnd - end;
  for (let i = start; i < end; i++) to[i + shift] = from[i] ?? 0;
}
