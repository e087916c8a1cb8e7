/** Of P-521: two numbers of 67 bytes with two bytes before each, three before them all. */
const LONGEST = 141;

/**
 * Where the DER form is written, and its views by length. Making a buffer for each signature would cost several times
 * what the conversion does; one is enough, because it is filled and read within one synchronous call.
 */
const scratch = new ArrayBuffer(LONGEST);
const views: Uint8Array[] = [];

/**
 * The DER form of an ECDSA signature `r || s` (RFC 7518 section 3.4), whose length the caller has checked. It lasts
 * until the next call.
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
  const header = length < 0x80 ? 2 : 3;
  views[header + length] ??= new Uint8Array(scratch, 0, header + length);
  const der = views[header + length] as Uint8Array;
  der[0] = 0x30; // SEQUENCE
  if (header === 3) der[1] = 0x81;
  der[header - 1] = length;
  writeInteger(der, header, rLength, rs, rStart, half);
  writeInteger(der, header + 2 + rLength, sLength, rs, sStart, rs.length);
  return der;
}

/** Where the shortest form of a number begins; zero keeps one byte. */
function skipZeros(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end - 1 && bytes[at] === 0) at++;
  return at;
}

/** A leading zero byte keeps a DER integer positive. */
function padding(bytes: Uint8Array, at: number): 0 | 1 {
  return Number(bytes[at]) < 0x80 ? 0 : 1;
}

function writeInteger(der: Uint8Array, at: number, length: number, from: Uint8Array, start: number, end: number): void {
  der[at] = 0x02;
  der[at + 1] = length;
  der[at + 2] = 0; // stays only where the number needs it
  const shift = at + 2 + length - end;
  for (let i = start; i < end; i++) der[i + shift] = Number(from[i]);
}
