import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { generateKey, type Signer } from "wimse/credential";
import { buildSignatureBase, createMessageSignature, parseSignatures, verifyMessageSignature } from "wimse/httpsig";
import type { HeaderLine, HttpRequestView } from "../../src/http/message.js";
import { fixedRuntime } from "../../src/testing.js";
import { codeOf } from "../httpsig/support.js";
import { outcomeOf } from "../support/wpt-fixtures.js";

const runtime = fixedRuntime(1_790_000_000);
let signer: Signer;
beforeAll(async () => {
  signer = await generateKey("Ed25519");
});

const characters = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index));
const printable = characters(0x20, 0x7e);
const text = fc.string({ unit: fc.constantFrom(...printable), maxLength: 40 });
/** What somebody would send who wants to change what the lines of a base say. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('"', "\\", "\n", "\r", ";", ":", " ", "(", ")", ",", "=", "@", "a", "\u00e9", "\0"),
  }),
  fc.constantFrom(
    'a\n"@method": GET',
    'a"\n"@signature-params": ()',
    '");created=1;x="',
    'a\r\n"@method": GET',
    'a\u2028"@method": GET',
    "a\\",
  ),
);
const methods = fc.constantFrom("GET", "POST", "get", "M-SEARCH");
const targetCharacters = printable.filter((character) => character !== " " && character !== "#");
const target = fc.string({ unit: fc.constantFrom(...targetCharacters), maxLength: 30 }).map((rest) => `/${rest}`);
const names = ["x-a", "x-b", "content-type", "content-digest"];
const line = fc.tuple(fc.constantFrom("X-A", "x-a", "X-B", "Content-Type", "content-digest"), text);
const request = fc.record({
  method: methods,
  target,
  headers: fc.array(line, { maxLength: 6 }).map((lines): HeaderLine[] => [["Host", "example.com"], ...lines]),
});
const DERIVED = ["@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"];
const order = fc.shuffledSubarray([...DERIVED, "host", ...names, ...names.map((name) => `"${name}";bs`)]);

/** What of the list is in the request. */
function present(components: readonly string[], { headers }: HttpRequestView): string[] {
  const has = new Set(headers.map(([name]) => name.toLowerCase()));
  return components.filter((component) => {
    const [, quoted] = /^"(.*)"/.exec(component) ?? [];
    return component.startsWith("@") || has.has(quoted ?? component);
  });
}

async function sign(view: HttpRequestView, components: readonly string[]): Promise<HttpRequestView> {
  const fields = await createMessageSignature(view, { components, signer, runtime });
  const added: HeaderLine[] = [
    ["Signature-Input", fields.signatureInput],
    ["Signature", fields.signature],
  ];
  return { ...view, headers: [...view.headers, ...added] };
}
const verify = (view: HttpRequestView) => outcomeOf(verifyMessageSignature(view, { key: signer.publicJwk, runtime }));

describe("signatures of requests", () => {
  it("what was created verifies", async () => {
    await fc.assert(
      fc.asyncProperty(request, order, async (view, components) => {
        expect(await verify(await sign(view, present(components, view)))).toBe("accepted");
      }),
      { numRuns: 150 },
    );
  });

  it("any change of what is covered is rejected (R9421-3.2.07)", async () => {
    await fc.assert(
      fc.asyncProperty(request, order, fc.nat(), fc.constantFrom(...printable), async (view, list, at, character) => {
        const components = present(list, view);
        const signed = await sign(view, components);
        const before = buildSignatureBase(view, components, {});
        const places = signed.headers.map(([, value]) => value);
        const all = [signed.method, signed.target, ...places];
        const index = at % all.length;
        const value = all[index] ?? "";
        const from = at % (value.length + 1);
        all[index] = value.slice(0, from) + character + value.slice(from + 1);
        const [method = "", changedTarget = "", ...values] = all;
        const headers = signed.headers.map(([name], i): HeaderLine => [name, values[i] ?? ""]);
        const changed = { method, target: changedTarget, headers };
        const isSignature = index >= all.length - 2;
        if (isSignature ? all[index] === value : sameBase(changed, components, before)) return;
        // a change of Signature-Input may be one of its spelling only
        const outcome = await verify(changed);
        if (isSignature && outcome === "accepted") {
          const [original] = parseSignatures(signed);
          const [now] = parseSignatures(changed);
          expect(now?.parameters).toEqual(original?.parameters);
          expect(now?.components).toEqual(original?.components);
          expect(now?.signature).toEqual(original?.signature);
        } else {
          expect(outcome).toMatch(/^signature_/);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Whether a change leaves what is covered as it was. */
function sameBase(view: HttpRequestView, components: readonly string[], base: string): boolean {
  try {
    return buildSignatureBase(view, components, {}) === base;
  } catch {
    return false;
  }
}

describe("no input changes the structure of a base", () => {
  const LINE = /^"[^"\n]*"(?:;[^\n:]*)?: [^\n]*$/;

  /** A base has one line for each component, in its order, and the line of the parameters; nothing but ASCII. */
  function checkStructure(base: string, components: readonly string[]): void {
    expect(base).toMatch(/^[\t\n\x20-\x7e]*$/);
    const lines = base.split("\n");
    expect(lines).toHaveLength(components.length + 1);
    for (const [index, component] of components.entries()) {
      expect(lines[index]?.startsWith(`"${component}": `)).toBe(true);
      expect(lines[index]).toMatch(LINE);
    }
    expect(lines.at(-1)?.startsWith('"@signature-params": (')).toBe(true);
  }

  it("not a value of a field, a method, a target or a host (R9421-2.04, R9421-2.2.02)", () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, hostile, (value, method, path, host) => {
        const components = ["x-a", "@method", "@path", "@query", "@authority", "@target-uri", "@request-target"];
        const base = {
          method: "GET",
          target: "/",
          headers: [
            ["Host", "a.example"],
            ["X-A", "b"],
          ] as HeaderLine[],
        };
        for (const change of [
          {
            headers: [
              ["Host", "a.example"],
              ["X-A", value],
            ] as HeaderLine[],
          },
          { method },
          { target: path },
          { target: `/${path}` },
          {
            headers: [
              ["Host", host],
              ["X-A", "b"],
            ] as HeaderLine[],
          },
          { authority: host, headers: [["X-A", "b"]] as HeaderLine[] },
        ]) {
          const build = () => buildSignatureBase({ ...base, ...change }, components, {});
          if (codeOf(build) === "accepted") checkStructure(build(), components);
          else expect(codeOf(build)).toBe("signature_component_invalid");
        }
      }),
      { numRuns: 300 },
    );
  });

  it("not a nonce, a tag, an unknown parameter or its name (R9421-2.3.02, R9421-2.5.02)", () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (nonce, tag, name) => {
        const view = { method: "GET", target: "/", headers: [] };
        for (const parameters of [{ nonce }, { tag }, { keyid: tag }, { "x-y": nonce }, { [name]: "a" }]) {
          const build = () => buildSignatureBase(view, ["@method"], parameters);
          if (codeOf(build) !== "accepted") {
            expect(codeOf(build)).toBe("configuration_invalid");
            continue;
          }
          checkStructure(build(), ["@method"]);
          const value = build().split('\n"@signature-params": ')[1] ?? "";
          const headers: HeaderLine[] = [
            ["Signature-Input", `a=${value}`],
            ["Signature", "a=::"],
          ];
          expect(parseSignatures({ ...view, headers })[0]?.parameters).toEqual(parameters);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("not a label (R9421-4.01)", async () => {
    const view = { method: "GET", target: "/", headers: [] };
    await fc.assert(
      fc.asyncProperty(hostile, async (label) => {
        const creation = createMessageSignature(view, { components: [], label, signer, runtime });
        const fields = await creation.catch((error: unknown) => error);
        if (fields instanceof Error) expect(await outcomeOf(creation)).toBe("configuration_invalid");
        else expect(fields).toMatchObject({ signatureInput: `${label}=();created=1790000000` });
      }),
      { numRuns: 200 },
    );
  });

  it("not the name of a component or its parameters (R9421-2.5.02)", () => {
    fc.assert(
      fc.property(hostile, hostile, (name, key) => {
        const view = {
          method: "GET",
          target: "/",
          headers: [
            [name, "b"],
            ["X-A", `${key}=1`],
          ] as HeaderLine[],
        };
        const component = { name: "x-a", parameters: { key }, identifier: "" };
        const withKey = () => buildSignatureBase(view, [component], {});
        // only what is a key of a dictionary is one of its members
        if (codeOf(withKey) === "accepted") expect(withKey().startsWith(`"x-a";key="${key}": 1\n`)).toBe(true);
        const build = () => buildSignatureBase(view, [{ ...component, name, parameters: {} }], {});
        if (codeOf(build) === "accepted") checkStructure(build(), [name]);
      }),
      { numRuns: 200 },
    );
  });
});
