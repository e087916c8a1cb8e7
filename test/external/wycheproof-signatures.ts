import type { Backend } from "../../src/crypto/verifier.js";
import { type Difference, leftOpen, notApplicable, overridden, type Part, part } from "./suite.js";
import { type WycheproofCase, wycheproofFile, wycheproofGroups } from "./wycheproof.js";

type DifferenceOf = (test: WycheproofCase) => Difference | undefined;

/** A file of signatures, and what verifies them. */
export interface Run {
  readonly file: string;
  /** JOSE name of the algorithm. */
  readonly name: string;
  readonly backends: readonly Backend[];
  /** How many cases there are. */
  readonly count: number;
  readonly differenceOf: DifferenceOf;
}

const none: DifferenceOf = () => undefined;
const inDer: DifferenceOf = ({ result }) =>
  result === "valid" ? overridden("DER: in a JWS, r and s stand side by side (RFC 7518 section 3.4)") : undefined;
const withoutNull: DifferenceOf = ({ result }) =>
  result === "acceptable"
    ? leftOpen("refused: a DigestInfo without NULL; whole encodings are compared (RFC 8017 section 8.2.2)")
    : undefined;
const withContext: DifferenceOf = ({ ctx }) =>
  ctx ? notApplicable("a context string: that of a JWS is empty (RFC 9964); all are refused") : undefined;

const ALL: readonly Backend[] = ["node", "webcrypto", "noble"];
const NATIVE: readonly Backend[] = ["node", "webcrypto"];

const run = (file: string, name: string, backends: readonly Backend[], count: number, differenceOf = none): Run => ({
  file,
  name,
  backends,
  count,
  differenceOf,
});

/** Algorithms that every runtime has. */
export const CLASSICAL_RUNS: readonly Run[] = [
  run("ecdsa_secp256r1_sha256_p1363", "ES256", ALL, 262),
  run("ecdsa_secp384r1_sha384_p1363", "ES384", ALL, 280),
  run("ecdsa_secp521r1_sha512_p1363", "ES512", ALL, 318),
  run("ecdsa_secp256r1_sha256", "ES256", ALL, 484, inDer),
  run("ecdsa_secp384r1_sha384", "ES384", ALL, 504, inDer),
  run("ecdsa_secp521r1_sha512", "ES512", ALL, 542, inDer),
  run("ed25519", "Ed25519", ALL, 151),
  run("rsa_signature_2048_sha256", "RS256", NATIVE, 259, withoutNull),
  run("rsa_signature_3072_sha384", "RS384", NATIVE, 259, withoutNull),
  run("rsa_signature_4096_sha512", "RS512", NATIVE, 259, withoutNull),
  run("rsa_pss_2048_sha256_mgf1_32", "PS256", NATIVE, 108),
  run("rsa_pss_2048_sha384_mgf1_48", "PS384", NATIVE, 141),
  run("rsa_pss_4096_sha512_mgf1_64", "PS512", NATIVE, 179),
];

/** Algorithms that some runtimes have. */
export const ML_DSA_RUNS: readonly Run[] = [
  run("mldsa_44_verify", "ML-DSA-44", NATIVE, 180, withContext),
  run("mldsa_65_verify", "ML-DSA-65", NATIVE, 210, withContext),
  run("mldsa_87_verify", "ML-DSA-87", NATIVE, 241, withContext),
];

/** A curve that is none of ours. */
export const ED448 = "ed448";

/** Whether a signature must verify: it does there, and there is no reason why it does not here. */
export const verifiesHere = (test: WycheproofCase, { differenceOf }: Pick<Run, "differenceOf">): boolean =>
  test.result === "valid" && differenceOf(test) === undefined;

const signatures = (file: string, label: string, differenceOf: DifferenceOf): Part =>
  part(
    `\`${file}\`${label}`,
    [wycheproofFile(file)],
    wycheproofGroups(file).flatMap(({ tests }) => tests),
    differenceOf,
  );

export const wycheproofSignatureParts: readonly Part[] = [
  ...CLASSICAL_RUNS.map(({ file, name, differenceOf }) => signatures(file, `, ${name}`, differenceOf)),
  ...ML_DSA_RUNS.map(({ file, name, differenceOf }) => signatures(file, `, ${name}¹`, differenceOf)),
  signatures(ED448, "", () => notApplicable("Ed448 is none of the algorithms; its keys are not read")),
];
