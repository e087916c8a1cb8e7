import { hex } from "../base/bytes.js";

/** Largest prime of the fingerprint test: the moduli that it finds are built from the primes up to here. */
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
 * Whether a modulus carries the mark of CVE-2017-15361 (ROCA): the keys of a flawed generator can be factored, and are
 * powers of 65537 modulo every small prime. A sound modulus is that by chance once in some hundred million.
 */
function isRocaModulus(modulus: bigint): boolean {
  fingerprints ??= makeFingerprints();
  for (const [prime, powers] of fingerprints) {
    if (!powers.has(Number(modulus % BigInt(prime)))) return false;
  }
  return true;
}

const MIN_MODULUS = 2n ** 2047n;
const MAX_MODULUS_BYTES = 2048;
const MAX_EXPONENT_BYTES = 8;

/** Why an RSA public key must not be used; `undefined` when nothing speaks against it. */
export function rsaKeyFault(n: Uint8Array, e: Uint8Array): string | undefined {
  // RFC 7518 section 6.3.1: as few octets as the number needs, or one key would have several spellings.
  if (!n[0] || !e[0]) return "n and e must not be empty and not begin with a zero";
  // A verification costs more than linear time in both: no key may be a means of making the verifier work.
  if (n.length > MAX_MODULUS_BYTES) return "the RSA modulus must have at most 16384 bits";
  if (e.length > MAX_EXPONENT_BYTES) return "the RSA exponent must have at most 64 bits";
  const modulus = BigInt(`0x${hex(n)}`);
  const exponent = BigInt(`0x${hex(e)}`);
  if (modulus < MIN_MODULUS) return "the RSA modulus must have at least 2048 bits"; // RFC 7518 section 3.3
  if (exponent < 3n) return "the RSA exponent must be at least 3";
  if (exponent % 2n === 0n) return "the RSA exponent must be odd";
  if (modulus % 2n === 0n) return "the RSA modulus must be odd";
  if (isRocaModulus(modulus)) return "the RSA modulus is of a weak generator";
  return undefined;
}
