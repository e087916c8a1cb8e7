import { hex } from "../base/bytes.js";

/** Largest prime of the fingerprint test; the moduli that it finds are built from the primes up to here. */
const LARGEST_PRIME = 167;

/** For every odd prime up to {@link LARGEST_PRIME}: which residues are powers of 65537. */
let fingerprints: ReadonlyMap<number, ReadonlySet<number>> | undefined;

function makeFingerprints(): ReadonlyMap<number, ReadonlySet<number>> {
  const byPrime = new Map<number, ReadonlySet<number>>();
  for (let prime = 3; prime <= LARGEST_PRIME; prime += 2) {
    if ([...byPrime.keys()].some((smaller) => prime % smaller === 0)) continue;
    const powers = new Set<number>();
    for (let power = 1; !powers.has(power); power = (power * 65537) % prime) powers.add(power);
    byPrime.set(prime, powers);
  }
  return byPrime;
}

/**
 * Whether a modulus carries the mark of CVE-2017-15361 (ROCA): keys of a flawed generator can be factored, and are
 * recognised by being a power of 65537 modulo every small prime. A sound modulus is so by chance once in 2^27 or less.
 */
function isRocaModulus(modulus: bigint): boolean {
  fingerprints ??= makeFingerprints();
  for (const [prime, powers] of fingerprints) {
    if (!powers.has(Number(modulus % BigInt(prime)))) return false;
  }
  return true;
}

const MIN_BITS = 2048;
const MAX_BITS = 16384;
const MAX_EXPONENT_BYTES = 8;

/** Why an RSA public key must not be used; `undefined` when nothing speaks against it. */
export function rsaKeyFault(n: Uint8Array, e: Uint8Array): string | undefined {
  // RFC 7518 section 6.3.1: as few octets as the number needs, or one key would have several spellings.
  if (n.length === 0 || n[0] === 0 || e.length === 0 || e[0] === 0) return "n and e must be without leading zeros";
  const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24;
  if (bits < MIN_BITS) return "the RSA modulus must have at least 2048 bits"; // RFC 7518 section 3.3
  // Verification costs more than linear time in both: a key must not be a way to make the verifier work.
  if (bits > MAX_BITS) return "the RSA modulus must have at most 16384 bits";
  if (e.length > MAX_EXPONENT_BYTES) return "the RSA exponent must have at most 64 bits";
  const lastOfN = n[n.length - 1] ?? 0;
  const lastOfE = e[e.length - 1] ?? 0;
  if (e.length === 1 && lastOfE < 3) return "the RSA exponent must be at least 3";
  if (lastOfE % 2 === 0) return "the RSA exponent must be odd";
  if (lastOfN % 2 === 0) return "the RSA modulus must be odd";
  if (isRocaModulus(BigInt(`0x${hex(n)}`))) return "the RSA modulus is of a weak generator";
  return undefined;
}
