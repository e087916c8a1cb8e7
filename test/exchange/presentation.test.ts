import { describe, expect, it } from "vitest";
import type { HeaderLine } from "../../src/index.js";
import { createWorld } from "../support/wpt-fixtures.js";

const world = await createWorld();
const { wit } = world;
const verifier = world.verifier({ replay: "unchecked", understoodTokens: ["x-a"] });
const wpt = await world.wpt();
const SIGNED: HeaderLine = ["Signature-Input", 'sig1=("@method");created=1;tag="wimse-workload-to-workload"'];
const SIGNATURE: HeaderLine = ["Signature", "sig1=:AA==:"];
const OLDER: HeaderLine = ["Workload-Proof-Token", wpt];
const W: HeaderLine = ["Workload-Identity-Token", wit];
const A: HeaderLine = ["Authorization", `WPT ${wpt}`];
const BEARER: HeaderLine = ["Authorization", "Bearer abc"];

/** What verification of a request with these lines comes to: the code, or `accepted`; and the status. */
async function outcome(...headers: readonly HeaderLine[]): Promise<string> {
  try {
    await verifier.verify({ method: "GET", target: "/tools", headers });
    return "accepted";
  } catch (error) {
    const { code, status } = error as { code: string; status: number };
    return `${code} ${status}`;
  }
}
const authorization = (value: string): Promise<string> => outcome(W, ["Authorization", value]);

describe("the lines of a sound request", () => {
  it.each<[string, HeaderLine[]]>([
    ["as they are", [W, A]],
    ["in the other order", [A, W]],
    ["among others", [["Host", "a"], W, ["Accept", "*/*"], ["Accept", "a/b"], A, ["Cookie", "a=b"]]],
    [
      "CREDS-5.1.1.02: in lower case",
      [
        ["workload-identity-token", wit],
        ["authorization", `WPT ${wpt}`],
      ],
    ],
    [
      "CREDS-5.1.1.02: in upper case",
      [
        ["WORKLOAD-IDENTITY-TOKEN", wit],
        ["AUTHORIZATION", `WPT ${wpt}`],
      ],
    ],
    [
      "with white space around the values",
      [
        ["Workload-Identity-Token", ` \t${wit} `],
        ["Authorization", `\t WPT ${wpt}\t`],
      ],
    ],
    ["beside the proof of an older revision, which is ignored", [W, A, OLDER, OLDER]],
    ["beside a signature, which is left alone", [W, A, SIGNED, SIGNATURE]],
    ["beside credentials for a proxy", [W, A, ["Proxy-Authorization", "Basic YTpi"]]],
    [
      "beside fields of the same length",
      [W, A, ["Accept-Langu", "x"], ["Not-Authoriza", "x"], ["Txn-Toked", "a,b"], ["Txn-Toked", "a"]],
    ],
  ])("WPT-2.01, CREDS-5.1.1.01: pass %s", async (_what, lines) => {
    expect(await outcome(...lines)).toBe("accepted");
  });
});

describe("several lines where one is allowed", () => {
  it.each<[string, HeaderLine[], string]>([
    ["two WITs", [W, W, A], "wit_multiple 400"],
    ["two WITs in other letters, far apart", [W, A, ["workload-identity-TOKEN", wit]], "wit_multiple 400"],
    ["a second WIT that is empty", [W, A, ["Workload-Identity-Token", ""]], "wit_multiple 400"],
    ["two WITs and no proof", [W, W], "wit_multiple 400"],
    ["two WITs and two WPTs", [W, W, A, A], "wit_multiple 400"],
    ["two WPTs", [W, A, A], "wpt_multiple 401"],
    ["two WPTs in other letters", [W, A, ["aUTHORIZATION", `wpt ${wpt}`]], "wpt_multiple 401"],
    ["a WPT and a bearer token", [W, A, BEARER], "wpt_multiple 401"],
    ["a bearer token and a WPT", [W, BEARER, A], "wpt_multiple 401"],
    ["a WPT and an empty line", [W, A, ["Authorization", ""]], "wpt_multiple 401"],
    ["two WPTs and no WIT", [A, A], "wpt_multiple 401"],
    ["two bearer tokens", [W, BEARER, BEARER], "request_malformed 400"],
    ["two bearer tokens and no WIT", [BEARER, BEARER], "request_malformed 400"],
    ["two bearer tokens and an older proof", [W, BEARER, BEARER, OLDER], "request_malformed 400"],
    [
      "a bearer token and a scheme that only begins like WPT",
      [W, BEARER, ["Authorization", `WPTX ${wpt}`]],
      "request_malformed 400",
    ],
  ])("WPT-2.23, WPT-2.2.01, CREDS-5.1.1.01, CREDS-5.1.4.02: %s", async (_what, lines, expected) => {
    expect(await outcome(...lines)).toBe(expected);
  });
});

describe("the scheme", () => {
  it.each(["WPT", "wpt", "Wpt", "wPT"])("WPT-2.03: %s is the scheme, whatever its letters", async (scheme) => {
    expect(await authorization(`${scheme} ${wpt}`)).toBe("accepted");
  });

  it.each([1, 2, 17])("WPT-2.02: %d spaces after it", async (count) => {
    expect(await authorization(`WPT${" ".repeat(count)}${wpt}`)).toBe("accepted");
  });

  it.each([
    ["nothing", "WPT"],
    ["a space and nothing", "WPT "],
    ["a tab", `WPT\t${wpt}`],
    ["a space and a tab", `WPT \t${wpt}`],
    ["a colon", `WPT:${wpt}`],
    ["a comma", `WPT, ${wpt}`],
    ["a parameter", `WPT token="${wpt}"`],
    ["a quoted token", `WPT "${wpt}"`],
    ["a parameter after the token", `WPT ${wpt}, a="b"`],
    ["another token after it", `WPT ${wpt} ${wpt}`],
    ["the scheme twice", `WPT WPT ${wpt}`],
    ["a list with a bearer token", `WPT ${wpt}, Bearer abc`],
    ["a list of two", `WPT ${wpt}, WPT ${wpt}`],
    ["WITSVID-5.03, WITSVID-7.1.04: the WIT in place of the proof", `WPT ${wit}`],
  ])(
    "WPT-2.02, WPT-2.2.02, WPT-2.24: followed by %s, it is a WPT that cannot be read or is none",
    async (what, value) => {
      expect(await authorization(value)).toBe(
        what.startsWith("WITSVID") ? "wpt_type_mismatch 401" : "wpt_malformed 401",
      );
    },
  );

  it.each([
    ["a longer word", `WPTX ${wpt}`],
    ["the scheme and more at once", `WPT${wpt}`],
    ["a word with a dash", `WPT-2 ${wpt}`],
    ["a word with a dot", `wpt.v2 ${wpt}`],
    ["a word with a tilde", `WPT~ ${wpt}`],
    ["a word with an exclamation mark", `WPT! ${wpt}`],
    ["a shorter word", `WP ${wpt}`],
    ["the scheme behind another", `Bearer abc, WPT ${wpt}`],
    ["a word before it", `a WPT ${wpt}`],
    ["the token alone", wpt],
    ["an empty value", ""],
    ["white space", " \t "],
    ["a bearer token", "Bearer abc"],
    ["WITSVID-5.02, WITSVID-7.1.01, CREDS-5.1.11: the WIT as a bearer token", `Bearer ${wit}`],
    ["the WPT as a bearer token", `Bearer ${wpt}`],
    ["DPoP", `DPoP ${wpt}`],
  ])("WPT-2.03, WPT-2.23: %s is another scheme, so that the proof is missing", async (_what, value) => {
    expect(await authorization(value)).toBe("proof_missing 401");
  });
});

describe("what is missing", () => {
  it.each<[string, HeaderLine[], string]>([
    ["nothing at all", [], "wit_missing 401"],
    ["WPT-2.2.04: a bearer token alone", [BEARER], "wit_missing 401"],
    ["a proof without its WIT", [A], "wit_missing 400"],
    ["an older proof alone", [OLDER], "wit_missing 400"],
    ["a signature alone", [SIGNED, SIGNATURE], "wit_missing 400"],
    ["half a signature alone", [SIGNED], "wit_missing 401"],
    ["a signature that is not ours", [["Signature-Input", 'sig1=();tag="other"'], SIGNATURE], "wit_missing 401"],
    ["CREDS-5.1.10, WPT-3.1.01, WITSVID-4.07, WITSVID-7.1.03, CREDS-9.3.01: a WIT alone", [W], "proof_missing 401"],
    ["WPT-2.2.04: a WIT beside a bearer token", [W, BEARER], "proof_missing 401"],
    ["a WIT beside a WPT for a proxy", [W, ["Proxy-Authorization", `WPT ${wpt}`]], "proof_missing 401"],
    ["a WIT in the query or elsewhere", [["X-Workload-Identity-Token", wit], A], "wit_missing 400"],
    ["WPT-2.01: an older proof beside the WIT", [W, OLDER], "wpt_revision_unsupported 401"],
    ["WPT-2.01: in other letters", [W, ["workload-proof-token", ""]], "wpt_revision_unsupported 401"],
    ["an older proof beside a bearer token", [W, OLDER, BEARER], "wpt_revision_unsupported 401"],
    ["a field as long as that of an older proof", [W, ["X-Forwarded-Protocol", "https"]], "proof_missing 401"],
    ["a signature beside the WIT", [W, SIGNED, SIGNATURE], "proof_not_accepted 401"],
    ["half a signature beside the WIT", [W, SIGNED], "proof_missing 401"],
    [
      "a signature in other letters",
      [W, ["signature-INPUT", SIGNED[1]], ["SIGNATURE", SIGNATURE[1]]],
      "proof_not_accepted 401",
    ],
    [
      "a signature with spaces before its tag",
      [W, ["Signature-Input", 'sig1=();  tag="wimse-workload-to-workload"'], SIGNATURE],
      "proof_not_accepted 401",
    ],
    [
      "a signature among others",
      [W, SIGNED, ["Signature-Input", "b=()"], SIGNATURE, ["Signature", "b=:AA==:"]],
      "proof_not_accepted 401",
    ],
    [
      "a signature after others",
      [W, ["Signature-Input", "b=()"], SIGNED, ["Signature", "b=:AA==:"], SIGNATURE],
      "proof_not_accepted 401",
    ],
    ["a signature and an older proof", [W, SIGNED, SIGNATURE, OLDER], "proof_not_accepted 401"],
    [
      "a signature with another tag",
      [W, ["Signature-Input", 'sig1=();tag="wimse-service-to-service"'], SIGNATURE],
      "proof_missing 401",
    ],
    [
      "a signature with a longer tag",
      [W, ["Signature-Input", 'sig1=();tag="wimse-workload-to-workloads"'], SIGNATURE],
      "proof_missing 401",
    ],
    [
      "a signature with a parameter like the tag",
      [W, ["Signature-Input", 'sig1=();xtag="wimse-workload-to-workload"'], SIGNATURE],
      "proof_missing 401",
    ],
    ["the tag in a field of the same length", [W, ["Signature-Inpux", SIGNED[1]]], "proof_missing 401"],
    ["a signature without a label in Signature-Input", [W, ["Signature", SIGNED[1]]], "proof_missing 401"],
  ])("%s", async (_what, lines, expected) => {
    expect(await outcome(...lines)).toBe(expected);
  });
});

describe("the values", () => {
  it.each([
    ["empty", ""],
    ["a list", `${wit}, ${wit}`],
    ["with a comma at the end", `${wit},`],
    ["with a scheme", `WIT ${wit}`],
    ["in quotes", `"${wit}"`],
    ["padded", `${wit}=`],
    ["in two words", wit.replace(".", " .")],
    ["in upper case", wit.toUpperCase()],
  ])("CREDS-5.1.1.01, CREDS-5.1.4.02: a WIT that is %s", async (_what, value) => {
    expect(await outcome(["Workload-Identity-Token", value], A)).toBe("wit_malformed 400");
  });

  it("CREDS-5.1.4.02, WPT-2.24: sizes are told before anything in the tokens, the WIT's before the WPT's", async () => {
    const large = "a".repeat(16385);
    expect(await outcome(["Workload-Identity-Token", large], ["Authorization", `WPT ${large}`])).toBe(
      "wit_too_large 400",
    );
    expect(await outcome(["Workload-Identity-Token", "x"], ["Authorization", `WPT ${large}`])).toBe(
      "wpt_too_large 401",
    );
    expect(await outcome(["Workload-Identity-Token", "x"], ["Authorization", `WPT ${large.slice(1)}`])).toBe(
      "wit_malformed 400",
    );
  });

  it("a field name with a letter that only becomes ASCII in lower case is no field name", async () => {
    expect(await outcome(["Wor\u212aload-Identity-Token", wit], A)).toBe("request_malformed 400");
  });

  it("fetch joins repeated fields: then the list is what cannot be read", async () => {
    const headers = new Headers([
      ["Workload-Identity-Token", wit],
      ["Workload-Identity-Token", wit],
      ["Authorization", `WPT ${wpt}`],
    ]);
    const request = new Request("https://svc.example.com/tools", { headers });
    await expect(verifier.verify(request)).rejects.toMatchObject({ code: "wit_malformed" });
  });
});
