import assert from "node:assert/strict";
import { createPublicKey, type JsonWebKey } from "node:crypto";
import fc from "fast-check";
import type { PublicJwk } from "../../../src/crypto/public-key.js";
import { parseSpiffeBundle, type SpiffeBundle } from "../../../src/trust.js";
import { ed25519, issuerP256, p256, p384 } from "../../support/fixed-keys.js";
import { readJson } from "../oracles/json.js";
import { type FuzzTarget, octetsOf, refusal } from "../target.js";
import { JSON_PIECES, jsonObjects } from "./json.js";

/** Keys that may verify WIT-SVIDs. */
const SOUND = [{ ...issuerP256, alg: "ES256" }, { ...p256, alg: "ES256" }, { ...p384, alg: "ES384" }, { ...p256 }].map(
  ({ d: _, ...key }) => key,
);
/** Members of keys, sound and other. */
const MEMBERS = [
  ...['"use":"wit-svid"', '"use":"jwt-svid"', '"use":"x509-svid"', '"use":"sig"', '"kid":"a"', '"kid":"b"', '"kid":""'],
  ...['"alg":"HS256"', '"alg":"ES384"', '"key_ops":["verify"]', '"key_ops":["sign"]', '"kty":"oct"', '"kty":"x"'],
  ...['"d":"AAAA"', `"d":"${ed25519.d}"`, '"x5c":[]', '"crv":"Ed25519"', '"k":"AAAA"'],
];
const text = (key: object): string => JSON.stringify(key).slice(1, -1);

const key = fc
  .tuple(
    fc.constantFrom(...SOUND.map(text), text({ ...ed25519, d: undefined })),
    fc.constantFrom('"use":"wit-svid"', '"use":"wit-svid"', '"use":"wit-svid"', ...MEMBERS),
    fc.constantFrom("a", "b", "c", "d", "e", "f"),
    fc.option(fc.constantFrom(...MEMBERS), { freq: 4, nil: undefined }),
  )
  .map(([material, use, kid, more]) => `{${[material, use, `"kid":"${kid}"`, more].filter(Boolean).join(",")}}`);
const number = fc.constantFrom("0", "1", "-0", "-1", "1.5", "1e3", "9007199254740993", `1${"0".repeat(120)}`, '"1"');
const inputs = fc
  .record({
    keys: fc.array(key, { maxLength: 5 }),
    sequence: fc.option(number, { freq: 2, nil: undefined }),
    hint: fc.option(number, { freq: 2, nil: undefined }),
    more: fc.option(jsonObjects, { freq: 3, nil: undefined }),
  })
  .map(({ keys, sequence, hint, more }) => {
    const members = [
      `"keys":[${keys.join(",")}]`,
      sequence && `"spiffe_sequence":${sequence}`,
      hint && `"spiffe_refresh_hint":${hint}`,
      more && `"more":${more}`,
    ];
    return `{${members.filter(Boolean).join(",")}}`;
  });

/** SPIFFE bundles, against a second reader of JSON and the keys of the platform. */
export const spiffeBundle: FuzzTarget = {
  name: "spiffe-bundle",
  pieces: [...JSON_PIECES, ...MEMBERS.map((one) => `${one},`), ...SOUND.map((one) => `${JSON.stringify(one)},`)],
  inputs,
  check(input) {
    const document = readJson(octetsOf(input));
    let bundle: SpiffeBundle;
    try {
      bundle = parseSpiffeBundle(octetsOf(input));
    } catch (error) {
      const code = refusal(error, ["trust_bundle_malformed"], input);
      assert.ok(!isBundle(document, input), "refused, and it is a bundle");
      return code;
    }
    assert.ok(isBundle(document, input), "accepted, and it is no bundle");
    expectNumbers(bundle, document, input);
    expectKeys(bundle, document.keys);
    return bundle.witKeys.length > 0 ? "accepted" : "accepted without keys";
  },
};

const KEY_TYPES = ["EC", "RSA", "OKP", "AKP", "oct"];

type Entry = Readonly<Record<string, unknown>>;
type Document = { readonly keys: readonly Entry[]; readonly [name: string]: unknown };

/** What a bundle is, apart from its keys: numbers from zero up that are written as integers, where they are large. */
function isBundle(document: Record<string, unknown> | undefined, input: string): document is Document {
  const keys = own(document ?? {}, "keys");
  if (!Array.isArray(keys) || !keys.every((one) => typeof one === "object" && one !== null && !Array.isArray(one)))
    return false;
  const [sequence, hint] = ["spiffe_sequence", "spiffe_refresh_hint"].map((name) => own(document ?? {}, name));
  const isWhole = (value: unknown): boolean => value === undefined || (Number.isInteger(value) && Number(value) >= 0);
  const isSafe = hint === undefined || Number.isSafeInteger(hint);
  return isWhole(sequence) && isWhole(hint) && isSafe && isKept(sequence, input);
}

/** Whether a sequence can be read exactly: a large one with over 100 digits, a fraction or an exponent cannot. */
function isKept(sequence: unknown, input: string): boolean {
  if (sequence === undefined || Number.isSafeInteger(sequence)) return true;
  const literals = input.match(/-?\d[\d.eE+-]*/g) ?? [];
  return literals.some((one) => /^\d{1,100}$/.test(one) && Number(one) === sequence);
}

function expectNumbers({ sequence, refreshHint }: SpiffeBundle, document: Document, input: string): void {
  const [written, hint] = [own(document, "spiffe_sequence"), own(document, "spiffe_refresh_hint")];
  assert.equal(
    sequence === undefined ? undefined : Number(sequence),
    written === undefined ? undefined : Number(written) + 0,
  );
  if (sequence !== undefined && sequence > Number.MAX_SAFE_INTEGER) assert.ok(input.includes(String(sequence)));
  assert.equal(refreshHint, hint === undefined ? undefined : Number(hint) + 0);
}

/** Every key has its entry, and every entry that cannot be at fault has its key; the rest was told of. */
function expectKeys({ witKeys, problems }: SpiffeBundle, entries: readonly Entry[]): void {
  const ours = entries.filter((entry) => own(entry, "use") === "wit-svid");
  const others = entries.filter((entry) => ["jwt-svid", "x509-svid"].includes(String(own(entry, "use"))));
  for (const one of witKeys) expectSound(one, ours, entries);
  for (const entry of ours) {
    const { use: _, kid, ...material } = entry;
    const isSound = SOUND.some((sound) => isSame(material, sound)) && typeof kid === "string" && kid !== "";
    const isNamedOnce = entries.filter((other) => own(other, "kid") === kid).length === 1;
    if (isSound && isNamedOnce)
      assert.ok(
        witKeys.some((one) => one.kid === kid),
        "a sound key was left out",
      );
  }
  const told = entries.length - others.length - witKeys.length;
  if (told <= 32) assert.equal(problems.length, told);
  else assert.equal(problems.at(-1), `and ${told - 32} more`);
}

function expectSound(one: PublicJwk, ours: readonly Entry[], entries: readonly Entry[]): void {
  // an entry whose kty nobody knows is ignored as a whole
  const same = ours.filter((entry) => own(entry, "kid") === one.kid && KEY_TYPES.includes(String(own(entry, "kty"))));
  assert.equal(same.length, 1, "a key of no entry, or of two");
  const [entry = {}] = same;
  for (const name of ["kty", "crv", "x", "y", "n", "e"] as const) assert.equal(one[name], own(entry, name));
  const named = entries.filter((other) => own(other, "use") === "jwt-svid" && own(other, "kty") === one.kty);
  assert.ok(!named.some((other) => own(other, "kid") === one.kid), "its kid is that of another key");
  for (const secret of ["d", "k", "p", "q", "priv"]) assert.equal(own(entry, secret), undefined);
  assert.doesNotThrow(() => createPublicKey({ key: { ...one } as JsonWebKey, format: "jwk" }));
}

function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Entry)[name] : undefined;
}

function isSame(a: object, b: object): boolean {
  const sorted = (object: object): string =>
    JSON.stringify(Object.entries(object).sort(([x], [y]) => (x < y ? -1 : 1)));
  return sorted(a) === sorted(b);
}
