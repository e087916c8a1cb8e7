import { describe, expect, it } from "vitest";
import { familyOf, type RequirementList } from "../../scripts/spec-map.mjs";
import { type Case, readJson, vectorFiles } from "./support.js";

const { requirements } = readJson<RequirementList>("requirements.json");
const { not_shown, accepted_only } =
  readJson<Record<"not_shown" | "accepted_only", Record<string, string>>>("not-shown.json");
const known = new Map(requirements.map((requirement) => [requirement.id, requirement]));
const cases = vectorFiles.flatMap((file) => file.cases);

/** The documents that have vectors. */
const DOCUMENTS = new Set(["CREDS", "WPT", "HSIG", "ID", "SPIFFEID", "WITSVID", "BUNDLE", "FED"]);
const shown = requirements.filter(
  ({ id, enforceable, notEnforced }) => DOCUMENTS.has(familyOf(id)) && enforceable && notEnforced === undefined,
);

/** The algorithms that the ids of cases tell; those of identifiers tell none. */
function algorithmsOf(some: readonly Case[]): ReadonlySet<string> {
  return new Set(some.flatMap(({ id }) => /-(es256|ed25519|rs256)$/.exec(id)?.[1] ?? []));
}

describe.each(shown.map(({ id }) => [id] as const))("%s", (id) => {
  const citing = cases.filter((one) => one.requirements.includes(id));
  const accepted = citing.filter((one) => one.expect.result === "accept");
  const rejected = citing.filter((one) => one.expect.result === "reject");

  it("has its cases, or a reason for having none", () => {
    if (not_shown[id] !== undefined) {
      expect(citing).toEqual([]);
      return;
    }
    expect(accepted).not.toEqual([]);
    expect(rejected.length > 0).toBe(accepted_only[id] === undefined);
  });

  it("is shown with two algorithms where it has to do with tokens", () => {
    for (const some of [accepted, rejected]) expect(algorithmsOf(some).size).not.toBe(1);
  });
});

describe("what the cases cite", () => {
  it("is in the list, and enforceable", () => {
    const cited = new Set(cases.flatMap((one) => one.requirements));
    expect([...cited].filter((id) => !known.get(id)?.enforceable || known.get(id)?.notEnforced)).toEqual([]);
  });

  it("reasons are given for requirements that are in question only", () => {
    const ids = new Set(shown.map(({ id }) => id));
    for (const reasons of [not_shown, accepted_only]) {
      expect(Object.keys(reasons).filter((id) => !ids.has(id))).toEqual([]);
      expect(Object.values(reasons).every((reason) => reason.trim() !== "")).toBe(true);
    }
  });
});
