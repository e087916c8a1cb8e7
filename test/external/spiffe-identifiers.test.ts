import { describe, expect, it } from "vitest";
import type { WimseErrorCode } from "../../src/base/errors.js";
import { parseOrigin } from "../../src/identifier/parse.js";
import { parseWorkloadIdentifier } from "../../src/identifier.js";
import { staticJwks } from "../../src/trust/key-source/static-jwks.js";
import { algorithm } from "../crypto/support.js";
import { codeOf } from "../httpsig/support.js";
import {
  domains,
  ids,
  isNoOrigin,
  keySets,
  lacksKid,
  namesNoWorkload,
  spiffePresent as present,
  type SpiffeCase,
} from "./spiffe-identifiers.js";

it("the cases of go-spiffe are present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

/** Our code for what go-spiffe refuses: it tells the rules apart, and not whether the input is a URI at all. */
function expectedCode({ input, error }: SpiffeCase): WimseErrorCode {
  if (/^(?:cannot be empty|scheme is missing|trust domain is missing)/.test(error ?? "")) return "identifier_malformed";
  if (/[\0-\x20"<>\\^`{|}[\]\x7f-\uffff]|%(?![0-9A-F]{2})/i.test(input)) return "identifier_malformed";
  return /[?#]|:\/\/[^/]*[@:]/.test(input) ? "identifier_forbidden_component" : "identifier_not_canonical";
}

describe.runIf(present)("go-spiffe identifiers", () => {
  it("are as many as are told here", () => {
    expect([ids.length, domains.length]).toEqual([279, 172]);
  });

  const label = ({ name, input }: SpiffeCase): string => `${name}: ${JSON.stringify(input)}`;

  it.each(ids.filter((entry) => entry.valid && !namesNoWorkload(entry)).map((entry) => [label(entry), entry] as const))(
    "accepts %s",
    (_label, entry) => {
      const id = parseWorkloadIdentifier(entry.input);
      expect(id.uri).toBe(entry.input);
      if (entry.trust_domain !== undefined) expect(id.trustDomain).toBe(entry.trust_domain);
      if (entry.path !== undefined) expect(id.path).toBe(entry.path);
    },
  );

  it.each(ids.filter(namesNoWorkload).map((entry) => [label(entry), entry] as const))(
    "SPIFFEID-2.05, ID-4.1.03, override: a SPIFFE ID without a path is valid there and names no workload here: %s",
    (_label, entry) => {
      expect(() => parseWorkloadIdentifier(entry.input)).toThrow(
        expect.objectContaining({ code: "identifier_malformed", requirement: "ID-4.1.03" }),
      );
      expect(parseOrigin(entry.input).trustDomain).toBe(entry.trust_domain);
    },
  );

  it.each(ids.filter((entry) => !entry.valid).map((entry) => [label(entry), entry] as const))(
    "refuses %s",
    (_label, entry) => {
      expect(() => parseWorkloadIdentifier(entry.input)).toThrow(
        expect.objectContaining({ name: "WimseError", code: expectedCode(entry) }),
      );
    },
  );
});

describe.runIf(present)("go-spiffe trust domains", () => {
  /** go-spiffe takes a bare name as well; an origin has its scheme. */
  const origin = ({ input }: SpiffeCase): string =>
    input === "" || input.includes(":/") ? input : `spiffe://${input}`;
  const label = (entry: SpiffeCase): readonly [string, SpiffeCase] => [JSON.stringify(entry.input), entry];

  it.each(domains.filter((entry) => entry.valid && !isNoOrigin(entry)).map(label))("accepts %s", (_label, entry) => {
    expect(parseOrigin(origin(entry))).toEqual({
      scheme: "spiffe",
      trustDomain: entry.trust_domain,
      origin: `spiffe://${entry.trust_domain}`,
    });
  });

  it.each(domains.filter(isNoOrigin).map(label))(
    "ID-4.6.01, override: a path is dropped there; in an origin it is a mistake here: %s",
    (_label, entry) => {
      expect(() => parseOrigin(origin(entry))).toThrow(expect.objectContaining({ code: "configuration_invalid" }));
    },
  );

  it.each(domains.filter((entry) => !entry.valid).map(label))("refuses %s", (_label, entry) => {
    expect(() => parseOrigin(origin(entry))).toThrow(expect.objectContaining({ code: "configuration_invalid" }));
  });
});

describe.runIf(present)("go-spiffe key sets", () => {
  const es256 = algorithm("ES256");

  it("are as many as are told here", () => {
    expect([keySets.length, keySets.filter(lacksKid).length]).toEqual([6, 2]);
  });

  it.each(keySets.filter((set) => !lacksKid(set)))(
    "CREDS-3.07: of $file each key is found by its kid",
    async ({ jwks }) => {
      const source = staticJwks(jwks);
      for (const { kid, x, y } of jwks.keys) {
        expect(await source.select(kid, es256)).toMatchObject({ jwk: { x, y } });
      }
    },
  );

  it.each(keySets.filter(lacksKid))("override: of $file the keys with a kid are found", ({ jwks }) => {
    const source = staticJwks(jwks);
    const kids = jwks.keys.flatMap(({ kid }) => kid ?? []);
    expect(kids).toHaveLength(jwks.keys.length - 1);
    for (const kid of kids) expect(codeOf(() => source.select(kid, es256))).toBe("accepted");
  });
});
