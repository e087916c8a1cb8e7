import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { JWK } from "jose";
import { describe, expect, it } from "vitest";
import { createVerifier, type HeaderLine, targetUriAt, type Verifier } from "../../src/index.js";
import { memoryReplayStore } from "../../src/replay.js";
import { fixedRuntime } from "../../src/testing.js";
import { createTrustStore } from "../../src/trust.js";
import { outcomeOf } from "../support/wpt-fixtures.js";

interface Message {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly HeaderLine[];
}
interface Example {
  readonly kind: "wpt" | "http-signature" | "wit";
  /** `null` where they were never published. */
  readonly issuerKeys: readonly JWK[] | null;
  readonly wit: { readonly value: string };
  readonly validityWindow: { readonly suggestedClock: number | null };
  readonly request: Message;
  readonly exchanges: readonly (Omit<Example, "request"> & { readonly request: { readonly message: Message } })[];
}

// The examples of the drafts, old and new, which are not part of this project.
const FOLDER = new URL("../../../shared/specs/examples/", import.meta.url);
const present = existsSync(FOLDER);
if (!present) console.warn("left out: ../shared/specs/examples is absent");
const read = (file: string): Example => JSON.parse(readFileSync(new URL(`${file}.json`, FOLDER), "utf8"));

/** A recipient that trusts the example's issuer, at the moment for which the example was made. */
function verifierFor(example: Pick<Example, "issuerKeys" | "validityWindow">): Verifier {
  const runtime = fixedRuntime(example.validityWindow.suggestedClock ?? 0);
  const keys = { keys: [...(example.issuerKeys ?? [])] };
  return createVerifier({
    trust: createTrustStore([{ origin: "wimse://example.com", keys }]),
    audience: targetUriAt("https://workload.example.com"),
    replay: memoryReplayStore({ maxEntries: 10, runtime }),
    proofs: ["wpt"],
    understoodTokens: ["x-custom-token"],
    runtime,
  });
}

/** What a recipient of revision 02 makes of each of them, as they are. */
const expected: Readonly<Record<string, string>> = {
  "wpt-02": "accepted",
  "wpt-03-pre": "accepted",
  "synthetic-wpt-02-tth-oth": "accepted",
  // the proof in a field of its own: the revision is told by the field, whatever else is old about them
  "wpt-01": "wpt_revision_unsupported",
  "wpt-oth-branch": "wpt_revision_unsupported",
  "branch-full-wpt-2025": "wpt_revision_unsupported",
  "branch-thin-wpt-2025": "wpt_revision_unsupported",
  "s2s-00-wpt": "wpt_revision_unsupported",
  "s2s-01-wpt": "wpt_revision_unsupported",
  "s2s-02-wpt": "wpt_revision_unsupported",
  "s2s-03-wpt": "wpt_revision_unsupported",
  "s2s-04-wpt": "wpt_revision_unsupported",
  "s2s-05-wpt": "wpt_revision_unsupported",
  "s2s-06-wpt": "wpt_revision_unsupported",
  "s2s-07-wpt": "wpt_revision_unsupported",
  // the tag of revisions 00 to 02 is not ours: no proof is there
  "s2s-00-sigs": "proof_missing",
  "s2s-03-sigs": "proof_not_accepted",
  "s2s-07-sigs": "proof_not_accepted",
  "branch-thin-sigs-2025": "proof_not_accepted",
  "http-signature-00": "proof_not_accepted",
  "http-signature-02": "proof_not_accepted",
  "http-signature-03": "proof_not_accepted",
  "http-signature-05": "proof_not_accepted",
  "http-signature-06": "proof_not_accepted",
  "http-signature-07-pre-0506d58e": "proof_not_accepted",
  "http-signature-07": "proof_not_accepted",
  // a WIT by itself
  "creds-02": "proof_missing",
  "creds-03-pre": "proof_missing",
  "creds-03-pre-2026-09-22": "proof_missing",
  "wit-svid-appendix-a": "proof_missing",
};

/** What is left to refuse, or not, where an older proof is put into the field of revision 02. */
const moved: Readonly<Record<string, string>> = {
  "wpt-01": "accepted", // ath is a claim that is not understood, and ignored
  "s2s-07-wpt": "accepted",
  "wpt-oth-branch": "accepted",
  "branch-full-wpt-2025": "wit_type_mismatch",
  "branch-thin-wpt-2025": "wit_type_mismatch",
  "s2s-00-wpt": "wit_type_mismatch",
  "s2s-01-wpt": "wit_type_mismatch",
  "s2s-02-wpt": "wit_type_mismatch",
  "s2s-03-wpt": "wit_type_mismatch",
  "s2s-04-wpt": "wit_type_mismatch",
  "s2s-05-wpt": "wit_type_mismatch",
  "s2s-06-wpt": "wit_type_mismatch",
};

it("the examples are present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

describe.runIf(present)("the examples of the drafts", () => {
  const files = present ? readdirSync(FOLDER).filter((name) => name.endsWith(".json") && name !== "SUMMARY.json") : [];

  it("none is missing here, and none is here that is not there", () => {
    expect(files.map((name) => name.replace(/\.json$/, "")).sort()).toEqual(Object.keys(expected).sort());
    const older = Object.entries(expected).filter(([, code]) => code === "wpt_revision_unsupported");
    expect(Object.keys(moved).sort()).toEqual(older.map(([file]) => file).sort());
  });

  it.each(present ? Object.entries(expected) : [])("%s: %s", async (file, code) => {
    const example = read(file);
    const messages =
      example.kind === "http-signature"
        ? example.exchanges.map((exchange) => ({ ...exchange, message: exchange.request.message }))
        : [{ ...example, message: example.request ?? alone(example) }];
    expect(messages.length).toBeGreaterThan(0);
    for (const { message, ...rest } of messages) {
      const verifier = verifierFor(rest);
      expect(await outcomeOf(verifier.verify(message))).toBe(code);
      if (code === "accepted") expect(await outcomeOf(verifier.verify(message))).toBe("wpt_replayed");
    }
  });

  it.each(present ? Object.entries(moved) : [])("%s, moved into Authorization: %s", async (file, code) => {
    const example = read(file);
    const headers = example.request.headers
      .filter(([name]) => name !== "Authorization")
      .map(
        ([name, value]): HeaderLine =>
          name === "Workload-Proof-Token" ? ["Authorization", `WPT ${value}`] : [name, value],
      );
    expect(await outcomeOf(verifierFor(example).verify({ ...example.request, headers }))).toBe(code);
  });

  it("beside a current proof the older field is ignored", async () => {
    const { request, ...example } = read("wpt-02");
    const headers: HeaderLine[] = [...request.headers, ["Workload-Proof-Token", "a.b.c"]];
    expect(await outcomeOf(verifierFor(example).verify({ ...request, headers }))).toBe("accepted");
  });

  it("WPT-2.36, WPT-2.37: the bound tokens come out, where they are understood", async () => {
    const { request, ...example } = read("synthetic-wpt-02-tth-oth");
    const { tokens } = await verifierFor(example).verify(request);
    const sent = new Map(request.headers);
    expect(tokens).toEqual({
      txnToken: sent.get("Txn-Token"),
      others: new Map([["x-custom-token", sent.get("X-Custom-Token")]]),
    });
  });
});

function alone({ wit }: Example): Message {
  return { method: "GET", target: "/path", headers: [["Workload-Identity-Token", wit.value]] };
}
