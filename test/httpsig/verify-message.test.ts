import type { JWK } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { generateKey, type Signer } from "wimse/credential";
import {
  type CreateMessageSignatureOptions,
  contentDigest,
  createMessageSignature,
  type MessageSignature,
  type SignatureCandidate,
  type VerifyMessageSignatureOptions,
  verifyContentDigest,
  verifyMessageSignature,
} from "wimse/httpsig";
import type { HeaderLine, HttpRequestView, HttpResponseView } from "../../src/http/message.js";
import { type FixedRuntime, fixedRuntime } from "../../src/testing.js";
import { outcomeOf } from "../support/wpt-fixtures.js";
import { requestView, responseView, withLines } from "./support.js";

const NOW = 1_790_000_000;
const runtime: FixedRuntime = fixedRuntime(NOW);
const later = (seconds: number): FixedRuntime => fixedRuntime(NOW + seconds);
let signer: Signer;
let other: Signer;
beforeAll(async () => {
  [signer, other] = await Promise.all([generateKey("Ed25519"), generateKey("Ed25519")]);
});

type Options = Partial<CreateMessageSignatureOptions>;

/** The message with a signature. */
async function signed<T extends HttpRequestView | HttpResponseView>(message: T, options: Options = {}): Promise<T> {
  const fields = await createMessageSignature(message, { components: ["@method"], signer, runtime, ...options });
  const added: HeaderLine[] = [
    ["Signature-Input", fields.signatureInput],
    ["Signature", fields.signature],
  ];
  return { ...message, headers: [...message.headers, ...added] };
}

const verify = (
  message: HttpRequestView | HttpResponseView,
  options: Partial<VerifyMessageSignatureOptions> = {},
): Promise<MessageSignature> => {
  const key = options.verify ? {} : { key: signer.publicJwk };
  return verifyMessageSignature(message, { ...key, runtime, ...options });
};
const outcome = (...args: Parameters<typeof verify>): Promise<string> => outcomeOf(verify(...args));

describe("verifyMessageSignature", () => {
  it("gives the signature that it verified", async () => {
    const request = await signed(requestView(), { parameters: { keyid: "k" }, components: ["@method", "@path"] });
    const signature = await verify(request);
    expect(signature).toMatchObject({ label: "sig1", parameters: { created: NOW, keyid: "k" } });
    expect(signature.components.map(({ name }) => name)).toEqual(["@method", "@path"]);
  });

  it("takes messages of fetch", async () => {
    const request = new Request("https://a.example/b?c", { headers: { "x-a": "d" } });
    const components = ["@method", "@target-uri", "@authority", "x-a"];
    const fields = await createMessageSignature(request, { components, signer, runtime });
    request.headers.append("Signature-Input", fields.signatureInput);
    request.headers.append("Signature", fields.signature);
    expect(await outcomeOf(verifyMessageSignature(request, { key: signer.publicJwk, components, runtime }))).toBe(
      "accepted",
    );
    const moved = new Request("https://b.example/b?c", request);
    expect(await outcomeOf(verifyMessageSignature(moved, { key: signer.publicJwk, runtime }))).toBe(
      "signature_invalid",
    );
  });

  it("refuses what was changed, and the signature of another (R9421-3.2.07, R9421-7.1.1.01, R9421-7.3.5.01)", async () => {
    const request = await signed(withLines(["X-A", "b"]), { components: ["@method", "x-a"] });
    expect(await outcome(request)).toBe("accepted");
    expect(await outcome({ ...request, method: "PUT" })).toBe("signature_invalid");
    expect(await outcome({ ...request, target: "/not-covered" })).toBe("accepted");
    expect(await outcome(request, { key: other.publicJwk })).toBe("signature_invalid");
    const change = (from: string, to: string) => ({
      ...request,
      headers: request.headers.map(([name, value]): HeaderLine => [name, value.replace(from, to)]),
    });
    expect(await outcome(change("b", "c"))).toBe("signature_invalid");
    expect(await outcome(change(`created=${NOW}`, `created=${NOW - 1}`))).toBe("signature_invalid");
    expect(await outcome(change('"@method" "x-a"', '"x-a" "@method"'))).toBe("signature_invalid");
    expect(await outcome(change('"x-a"', '"x-a";sf'))).toBe("signature_component_unsupported");
    expect(await outcome(change('"x-a"', '"x-a";bs'))).toBe("signature_invalid");
    const more = { ...request, headers: [...request.headers, ["x-a", ""] as const] };
    expect(await outcome(more)).toBe("signature_invalid"); // R9421-7.5.7.01
    const without = { ...request, headers: request.headers.filter(([name]) => name !== "X-A") };
    expect(await outcome(without)).toBe("signature_component_invalid");
  });

  it("the label is no part of what is signed (R9421-3.2.06, R9421-7.2.5.01)", async () => {
    const request = await signed(requestView());
    const headers = request.headers.map(([name, value]): HeaderLine => [name, value.replace("sig1=", "other=")]);
    expect(await verify({ ...request, headers })).toMatchObject({ label: "other" });
  });

  it("parameters spelled otherwise are covered in the one spelling, in their order (R9421-2.3.03)", async () => {
    const request = await signed(requestView(), { parameters: { tag: "t", "x-y": true } });
    const respell = (from: string, to: string) => ({
      ...request,
      headers: request.headers.map(([name, value]): HeaderLine => [name, value.replace(from, to)]),
    });
    expect(await outcome(respell(";x-y", ";  x-y=?1"))).toBe("accepted");
    expect(await outcome(respell("created=", "created=00"))).toBe("accepted");
    expect(await outcome(respell('("@method")', '(  "@method"  )'))).toBe("accepted");
    expect(await outcome(respell(';tag="t";x-y', ';x-y;tag="t"'))).toBe("signature_invalid");
    expect(await outcome(respell(";x-y", ";x-y=1"))).toBe("signature_invalid");
    expect(await outcome(respell(";x-y", ""))).toBe("signature_invalid");
  });

  it("of a response, with its request, which has to be kept (R9421-2.4.01, R9421-2.4.02)", async () => {
    const request = requestView();
    const components = ["@status", '"@method";req', "content-type"];
    const response = await signed(responseView(), { components, request });
    expect(await outcome(response, { request })).toBe("accepted");
    expect(await outcome(response, { request: requestView({ method: "PUT" }) })).toBe("signature_invalid");
    expect(await outcome(response)).toBe("signature_component_invalid");
    expect(await outcome({ ...response, status: 201 }, { request })).toBe("signature_invalid");
  });

  it("the content is protected once it is compared with its digest (R9421-7.2.8.01)", async () => {
    const body = new TextEncoder().encode("a body");
    const digest = await contentDigest(body);
    const request = await signed(withLines(["Content-Digest", digest]), { components: ["content-digest"] });
    const changed = { ...request, body: new TextEncoder().encode("another") };
    expect(await outcome(changed)).toBe("accepted");
    expect(await outcomeOf(verifyContentDigest(digest, body))).toBe("accepted");
    expect(await outcomeOf(verifyContentDigest(digest, changed.body))).toBe("content_digest_mismatch");
    const headers = request.headers.map(
      ([name, value]): HeaderLine => [name, value.replace("sha-256=:", "sha-256=:A")],
    );
    expect(await outcome({ ...changed, headers })).toBe("signature_invalid");
  });

  it("with the types of its fields", async () => {
    const fieldTypes = { "x-a": "list" } as const;
    const request = await signed(withLines(["X-A", "a,b"]), { components: ['"x-a";sf'], fieldTypes });
    expect(await outcome(request, { fieldTypes })).toBe("accepted");
    expect(await outcome(request)).toBe("signature_component_unsupported");
  });
});

describe("which signature", () => {
  const two = async () =>
    signed(await signed(requestView(), { label: "a", parameters: { tag: "one" } }), {
      label: "b",
      parameters: { tag: "two" },
      signer: other,
    });

  it("one, without being asked", async () => {
    expect(await outcome(requestView())).toBe("signature_missing");
    expect(await outcome(await two())).toBe("signature_multiple");
  });

  it("the one under a label (R9421-3.2.01)", async () => {
    expect(await verify(await two(), { label: "a" })).toMatchObject({ label: "a", parameters: { tag: "one" } });
    expect(await outcome(await two(), { label: "b" })).toBe("signature_invalid");
    expect(await outcome(await two(), { label: "b", key: other.publicJwk })).toBe("accepted");
    expect(await outcome(await two(), { label: "c" })).toBe("signature_missing");
  });

  it("the one that is chosen (R9421-3.2.01, R9421-7.2.5.01)", async () => {
    const byTag = (tag: string) => ({ select: ({ parameters }: SignatureCandidate) => parameters["tag"] === tag });
    expect(await verify(await two(), byTag("one"))).toMatchObject({ label: "a" });
    expect(await outcome(await two(), byTag("two"))).toBe("signature_invalid");
    expect(await outcome(await two(), byTag("three"))).toBe("signature_missing");
    expect(await outcome(await two(), { select: () => true })).toBe("signature_multiple");
    expect(await outcome(await two(), { select: () => "yes" as never })).toBe("signature_missing");
  });

  it("shows to the one who chooses what is there, unchecked", async () => {
    const seen: SignatureCandidate[] = [];
    const lines: HeaderLine[] = [
      ["Signature-Input", 'a=("@foo" "B";x);tag=7'],
      ["Signature", "a=:AQ==:"],
    ];
    const select = (candidate: SignatureCandidate) => seen.push(candidate) < 0;
    expect(await outcome(withLines(...lines), { select })).toBe("signature_missing");
    expect(seen).toMatchObject([{ label: "a", parameters: { tag: 7 } }]);
    expect([...(seen[0]?.signature ?? [])]).toEqual([1]);
    expect(seen[0]?.components.map(({ identifier }) => identifier)).toEqual(['"@foo"', '"B";x']);
  });

  it.each([
    ["an unknown component", '("@foo")', "signature_component_unsupported"],
    ["an absent component", '("x-absent")', "signature_component_invalid"],
    ["a malformed parameter", "();created=now", "signature_parameter_invalid"],
    ["a parameter twice", "();x;x", "signature_parameter_invalid"],
  ])(
    "another one with %s is left alone; it does not verify itself (R9421-3.2.1.02, R9421-7.2.6.01)",
    async (_what, input, code) => {
      const request = await signed(requestView());
      const lines: HeaderLine[] = [
        ["Signature-Input", `foreign=${input}`],
        ["Signature", "foreign=:AA==:"],
      ];
      const both = { ...request, headers: [...lines, ...request.headers] };
      expect(await outcome(both, { label: "sig1" })).toBe("accepted");
      expect(await outcome(both, { label: "foreign" })).toBe(code);
    },
  );

  it.each([
    ["cannot be read", "foreign", "foreign=:AA==:"],
    ["has no signature (R9421-3.2.02)", "foreign=()", ""],
    ["has the same label", "sig1=()", "foreign=:AA==:"],
  ])("another one that %s makes the message malformed", async (_what, input, value) => {
    const request = await signed(requestView());
    const lines = [["Signature-Input", input] as const, ["Signature", value] as const].filter(
      ([, text]) => text !== "",
    );
    const both = { ...request, headers: [...request.headers, ...lines] };
    expect(await outcome(both, { label: "sig1" })).toBe("signature_malformed");
  });
});

describe("what is required (R9421-3.2.03)", () => {
  it("coverage, by whole identifiers (R9421-3.2.1.01, R9421-7.2.1.01, R9421-7.2.7.01)", async () => {
    const request = requestView();
    const components = ["@status", '"content-type";req;bs', '"@query-param";name="a";req'];
    const response = await signed(responseView(), {
      components,
      request: { ...request, headers: [["Content-Type", "a"]] },
    });
    const context = { request: { ...request, headers: [["Content-Type", "a"] as const] } };
    const required = (...names: string[]) => outcome(response, { ...context, components: names });
    expect(await required()).toBe("accepted");
    expect(await required(...components)).toBe("accepted");
    expect(await required('"content-type";bs;req', '"@query-param";req;name="a"')).toBe("accepted");
    for (const name of ["content-type", '"content-type";req', '"content-type";bs', "@method", '"@method";req']) {
      expect(await required(name)).toBe("signature_component_missing");
    }
    expect(await required('"@query-param";name="b";req')).toBe("signature_component_missing");
    expect(await required("@status", "x-a")).toBe("signature_component_missing");
  });

  it("parameters (R9421-3.2.1.01)", async () => {
    const request = await signed(requestView(), { parameters: { nonce: "n", "x-y": false } });
    expect(await outcome(request, { parameters: ["created", "nonce", "x-y"] })).toBe("accepted");
    for (const name of ["expires", "tag", "x-z", "constructor"]) {
      expect(await outcome(request, { parameters: ["nonce", name] })).toBe("signature_parameter_missing");
    }
  });

  it("its time (R9421-7.2.2.01)", async () => {
    const request = await signed(requestView(), { parameters: { expires: NOW + 60 } });
    expect(await outcome(request, { runtime: later(64.9) })).toBe("accepted");
    expect(await outcome(request, { runtime: later(65) })).toBe("signature_expired");
    expect(await outcome(request, { runtime: later(60), clockTolerance: 0 })).toBe("signature_expired");
    expect(await outcome(request, { runtime: later(100), clockTolerance: 120 })).toBe("accepted");
    expect(await outcome(request, { runtime: later(-5) })).toBe("accepted");
    expect(await outcome(request, { runtime: later(-5.1) })).toBe("signature_not_yet_valid");
    expect(await outcome(request, { runtime: later(-1), clockTolerance: 0 })).toBe("signature_not_yet_valid");
  });

  it("its age, which needs created (R9421-3.2.1.01)", async () => {
    const request = await signed(requestView());
    expect(await outcome(request, { runtime: later(1e8) })).toBe("accepted");
    expect(await outcome(request, { runtime: later(35), maxAge: 30 })).toBe("accepted");
    expect(await outcome(request, { runtime: later(35.1), maxAge: 30 })).toBe("signature_expired");
    expect(await outcome(request, { runtime: later(0.1), maxAge: 0, clockTolerance: 0 })).toBe("signature_expired");
    const undated = withLines(["Signature-Input", "a=()"], ["Signature", "a=:AA==:"]);
    expect(await outcome(undated, { maxAge: 30 })).toBe("signature_parameter_missing");
    expect(await outcome(undated)).toBe("signature_invalid");
  });

  it("the first failing check names the code; the key is looked for last", async () => {
    const asked: string[] = [];
    const key = ({ label }: MessageSignature) => {
      asked.push(label);
      return undefined;
    };
    const request = await signed(withLines(["A", "b"]), { components: ["a"], parameters: { expires: NOW } });
    const { headers } = request;
    const run = (changes: Partial<HttpRequestView>, options: Partial<VerifyMessageSignatureOptions>) =>
      outcome({ ...request, ...changes }, { key, ...options });
    const all = { parameters: ["nonce"], runtime: later(5), components: ["@method"] };
    const absent = { headers: headers.filter(([name]) => name !== "A") };
    expect(await run(absent, all)).toBe("signature_parameter_missing");
    expect(await run(absent, { ...all, parameters: [] })).toBe("signature_expired");
    expect(await run(absent, { components: ["@method"] })).toBe("signature_component_missing");
    expect(await run(absent, {})).toBe("signature_component_invalid");
    expect(asked).toEqual([]);
    expect(await run({}, {})).toBe("signature_invalid");
    expect(asked).toEqual(["sig1"]);
  });
});

describe("keys and algorithms", () => {
  const keys = new Map<string, Signer>();
  const names = ["ES256", "ES384", "ES512", "Ed25519", "EdDSA", "PS512", "RS256", "PS256"];
  beforeAll(async () => {
    for (const name of names) keys.set(name, await generateKey(name));
  });
  const keyOf = (name: string): Signer => {
    const found = keys.get(name);
    if (!found) throw new Error(name);
    return found;
  };
  const bare = ({ publicJwk: { alg: _alg, ...jwk } }: Signer): JWK => jwk;

  it.each([
    ["ES256", "ecdsa-p256-sha256"],
    ["ES384", "ecdsa-p384-sha384"],
    ["ES512", undefined],
    ["Ed25519", "ed25519"],
    ["EdDSA", "ed25519"],
    ["PS512", "rsa-pss-sha512"],
    ["RS256", "rsa-v1_5-sha256"],
    ["PS256", undefined],
  ])("%s, in the registry %s (R9421-3.3.4.01, R9421-3.3.5.01, R9421-3.3.6.01)", async (name, alg) => {
    const signed1 = await signed(requestView(), { signer: keyOf(name) });
    const signed2 = await signed(requestView(), { signer: keyOf(name), ...(alg && { parameters: { alg } }) });
    for (const request of [signed1, signed2]) {
      expect(await outcome(request, { key: keyOf(name).publicJwk })).toBe("accepted");
      expect(await outcome(request, { key: bare(keyOf(name)), algorithm: name })).toBe("accepted");
      if (alg) expect(await outcome(request, { key: keyOf(name).publicJwk, algorithm: alg })).toBe("accepted");
      const isRsa = /^[PR]S/.test(name);
      expect(await outcome(request, { key: bare(keyOf(name)) })).toBe(isRsa ? "configuration_invalid" : "accepted");
    }
  });

  it.each([
    ["ES256", "ed25519"],
    ["ES256", "hmac-sha256"],
    ["ES256", "ES256"],
    ["ES256", ""],
    ["ES512", "ES512"],
    ["ES512", "ecdsa-p384-sha384"],
    ["PS512", "rsa-v1_5-sha256"],
    ["RS256", "rsa-pss-sha512"],
    ["PS256", "rsa-pss-sha512"],
  ])("%s with alg=%j: they are not the same (R9421-3.2.05, R9421-7.3.6.01)", async (name, alg) => {
    const key = keyOf(name);
    const lines: HeaderLine[] = [
      ["Signature-Input", `a=();alg="${alg}"`],
      ["Signature", "a=:AA==:"],
    ];
    for (const options of [{ key: key.publicJwk }, { key: bare(key), algorithm: name }]) {
      expect(await outcome(withLines(...lines), options)).toBe("signature_parameter_invalid");
    }
  });

  it("a key that does not fit the algorithm of the caller verifies nothing (R9421-3.2.05, R9421-7.3.4.01)", async () => {
    const request = await signed(requestView(), { signer: keyOf("ES256") });
    for (const algorithm of ["ES384", "ed25519", "PS512"]) {
      expect(await outcome(request, { key: keyOf("ES256").publicJwk, algorithm })).toBe("signature_invalid");
      expect(await outcome(request, { key: bare(keyOf("ES256")), algorithm })).toBe("signature_invalid");
    }
    // the same key, with the other padding
    const rsa = await signed(requestView(), { signer: keyOf("RS256") });
    expect(await outcome(rsa, { key: bare(keyOf("RS256")), algorithm: "PS512" })).toBe("signature_invalid");
    expect(await outcome(rsa, { key: keyOf("RS256").publicJwk, algorithm: "rsa-pss-sha512" })).toBe(
      "signature_invalid",
    );
  });

  it("a DER-encoded ECDSA signature is none (R9421-3.3.4.01)", async () => {
    const { webcrypto, createPublicKey, createSign, generateKeyPairSync } = await import("node:crypto");
    expect(webcrypto).toBeDefined();
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const base = '"@method": POST\n"@signature-params": ("@method")';
    const message = (dsaEncoding: "der" | "ieee-p1363") => {
      const value = createSign("sha256").update(base).sign({ key: privateKey, dsaEncoding }).toString("base64");
      return withLines(["Signature-Input", 'a=("@method")'], ["Signature", `a=:${value}:`]);
    };
    const key = createPublicKey(publicKey.export({ type: "spki", format: "pem" })).export({ format: "jwk" }) as JWK;
    expect(await outcome(message("ieee-p1363"), { key })).toBe("accepted");
    expect(await outcome(message("der"), { key })).toBe("signature_invalid");
  });

  it("the key is found by what the signature says of it; without one it is refused (R9421-3.2.04)", async () => {
    const request = await signed(requestView(), { parameters: { keyid: "mine" } });
    const seen: MessageSignature[] = [];
    const keyFor = (jwk: JWK | undefined) => async (signature: MessageSignature) => {
      seen.push(signature);
      return jwk;
    };
    expect(await outcome(request, { key: keyFor(signer.publicJwk) })).toBe("accepted");
    expect(await outcome(request, { key: keyFor(other.publicJwk) })).toBe("signature_invalid");
    expect(await outcome(request, { key: keyFor(undefined) })).toBe("signature_invalid");
    expect(await outcome(request, { key: () => signer.publicJwk })).toBe("accepted");
    expect(seen.map(({ parameters }) => parameters.keyid)).toEqual(["mine", "mine", "mine"]);
    const failing = () => Promise.reject(new RangeError("no directory"));
    await expect(verify(request, { key: failing })).rejects.toThrow("no directory");
  });

  it("somebody else may verify", async () => {
    const request = await signed(requestView(), { parameters: { keyid: "mine" } });
    const seen: unknown[] = [];
    const answer =
      (value: unknown) =>
      async (base: Uint8Array, { parameters, signature }: MessageSignature) => {
        seen.push([Buffer.from(base).toString("latin1").split("\n")[0], parameters.keyid, signature.length]);
        return value as boolean;
      };
    expect(await outcome(request, { verify: answer(true) })).toBe("accepted");
    for (const value of [false, undefined, 1, "true"]) {
      expect(await outcome(request, { verify: answer(value) })).toBe("signature_invalid");
    }
    expect(seen[0]).toEqual(['"@method": POST', "mine", 64]);
    expect(await outcome({ ...request, headers: [] }, { verify: answer(true) })).toBe("signature_missing");
  });

  it.each<[string, Record<string, unknown>]>([
    ["neither key nor verify", { key: undefined }],
    ["both", { verify: () => true, key: { kty: "OKP" } }],
    ["an algorithm beside verify", { verify: () => true, algorithm: "ed25519" }],
    ["label and select", { label: "a", select: () => true }],
    ["an unknown algorithm", { algorithm: "ed448" }],
    ["an HMAC (R9421-7.3.3.01)", { algorithm: "hmac-sha256" }],
    ["none (R9421-3.3.7.02)", { algorithm: "none" }],
    ["a symmetric key (R9421-7.3.6.01)", { key: { kty: "oct", k: "AA" } }],
    ["a private key", { key: { kty: "OKP", crv: "Ed25519", x: "AA", d: "AA" } }],
    ["a key that is none", { key: {} }],
    ["an unknown option", { algorithms: ["ed25519"] }],
    ["components that are none", { components: [1] }],
    ["parameters that are none", { parameters: "nonce" }],
    ["a negative age", { maxAge: -1 }],
    ["too much tolerance", { clockTolerance: 121 }],
    ["types of fields that are none", { fieldTypes: { a: "set" } }],
    ["a request that is none", { request: "GET /" }],
  ])("%s: the caller's mistake", async (_what, options) => {
    const request = await signed(requestView());
    expect(await outcome(request, options as Partial<VerifyMessageSignatureOptions>)).toBe("configuration_invalid");
  });

  it("is found before the message is looked at", async () => {
    expect(await outcome(requestView(), { algorithm: "ed448" })).toBe("configuration_invalid");
    expect(await outcome(requestView(), { components: ["@foo"] })).toBe("signature_component_unsupported");
  });

  it("without options: the caller's mistake", async () => {
    for (const options of [undefined, null]) {
      expect(await outcomeOf(verifyMessageSignature(requestView(), options as never))).toBe("configuration_invalid");
    }
  });
});
