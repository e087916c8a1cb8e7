import { describe, expect, it } from "vitest";
import { AuthenticatedWorkload, anyOf, exactly, memberOf, under, type WorkloadMatcher } from "../../src/index.js";
import { createTrustStore } from "../../src/trust.js";
import { createWorld, mistake, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();
const { issuer } = world;
const trust = createTrustStore(
  ["wimse://example.com", "wimse://example.org", "spiffe://example.com"].map((origin) => ({
    origin,
    keys: issuer.jwks,
  })),
);

async function workloadNamed(sub: string): Promise<AuthenticatedWorkload> {
  const wit = await world.forgeWit({ claims: { sub } });
  const request = await world.request({ wit, wpt: await world.wpt({ wit }) });
  return (await world.verifier({ trust }).verify(request)).workload;
}
const agent = await workloadNamed("wimse://example.com/agents/7");

const matchers: [string, WorkloadMatcher][] = [
  ["exactly", exactly("wimse://example.com/agents/7")],
  ["memberOf", memberOf("wimse://example.com")],
  ["under", under("wimse://example.com/agents")],
  ["anyOf", anyOf(exactly("wimse://example.com/agents/7"))],
];

describe("matchers", () => {
  it.each(matchers)("%s lets in whom it names", (_name, matches) => {
    expect(matches(agent)).toBe(true);
  });

  it.each([
    "wimse://example.com/agents/8",
    "wimse://example.com/agents/77",
    "wimse://example.com/agents/7/x",
    "wimse://example.com/agents",
    "wimse://example.com/Agents/7",
    "wimse://example.org/agents/7",
    "spiffe://example.com/agents/7",
  ])(
    "ID-4.3.03, ID-P-4.4.08, CREDS-9.2.01: exactly compares the whole identifier, byte for byte: not %s",
    async (sub) => {
      expect(exactly("wimse://example.com/agents/7")(await workloadNamed(sub))).toBe(false);
    },
  );

  it.each([
    ["wimse://example.com/a", true],
    ["wimse://example.com/a/b/c", true],
    ["wimse://example.org/a", false],
    ["spiffe://example.com/a", false],
  ])("CREDS-7.01, CREDS-9.1.01: memberOf compares scheme and trust domain: %s: %s", async (sub, expected) => {
    expect(memberOf("wimse://example.com")(await workloadNamed(sub))).toBe(expected);
  });

  it.each([
    ["wimse://example.com/agents", true],
    ["wimse://example.com/agents/7", true],
    ["wimse://example.com/agents/7/8", true],
    ["wimse://example.com/agents7", false],
    ["wimse://example.com/agent", false],
    ["wimse://example.com/other/agents/7", false],
    ["wimse://example.org/agents/7", false],
    ["spiffe://example.com/agents/7", false],
  ])("ID-7.6.01: under compares whole segments of one origin: %s: %s", async (sub, expected) => {
    expect(under("wimse://example.com/agents")(await workloadNamed(sub))).toBe(expected);
  });

  it("anyOf needs one that says true, and not merely something true", () => {
    const [no, yes, almost] = [() => false, () => true, () => 1 as unknown as boolean];
    expect(anyOf()(agent)).toBe(false);
    expect(anyOf(no)(agent)).toBe(false);
    expect(anyOf(almost)(agent)).toBe(false);
    expect(anyOf(no, yes)(agent)).toBe(true);
    expect(anyOf(yes, no)(agent)).toBe(true);
  });

  it.each([
    undefined,
    null,
    1,
    "",
    "example.com",
    "wimse://example.com",
    "wimse://example.com/",
    "WIMSE://example.com/a",
    "wimse://example.com/a/",
    "wimse://example.com/a?b",
  ])("%j names no workload", (uri) => {
    for (const make of [exactly, under]) {
      const message = expect.stringContaining(`${make.name}: a Workload Identifier`);
      expect(() => make(uri as string)).toThrow(expect.objectContaining({ ...mistake, message }));
    }
  });

  it.each([
    undefined,
    null,
    1,
    "",
    "example.com",
    "wimse://",
    "wimse://example.com/a",
    "wimse://example.com/",
    "wimse://Example.com",
    "wimse://example.com:1",
  ])("%j is no origin", (origin) => {
    expect(() => memberOf(origin as string)).toThrow(expect.objectContaining(mistake));
  });

  it("anyOf takes functions only", () => {
    for (const one of [undefined, null, "wimse://example.com/a", {}]) {
      expect(() => anyOf(() => true, one as unknown as WorkloadMatcher)).toThrow(expect.objectContaining(mistake));
    }
  });
});

describe("ID-7.2.01, ID-7.2.02, ID-7.2.03: matchers take authenticated workloads only", () => {
  class Subclass extends (AuthenticatedWorkload as unknown as new (...args: unknown[]) => AuthenticatedWorkload) {}
  const forgeries: [string, () => unknown][] = [
    ["the identifier", () => agent.id.uri],
    ["a parsed identifier", () => agent.id],
    ["undefined", () => undefined],
    ["null", () => null],
    ["a function", () => Object.assign(() => {}, { id: agent.id })],
    ["a literal", () => ({ id: agent.id, wit: agent.wit })],
    ["a spread", () => ({ ...agent })],
    ["what JSON gives back", () => JSON.parse(JSON.stringify(agent))],
    ["a structured clone", () => structuredClone(agent)],
    ["an object that inherits from a workload", () => Object.create(agent)],
    [
      "an object that inherits from the class",
      () => Object.create(AuthenticatedWorkload.prototype, { id: { value: agent.id } }),
    ],
    [
      "an object whose prototype was set",
      () => Object.setPrototypeOf({ id: agent.id }, AuthenticatedWorkload.prototype),
    ],
    ["a Proxy", () => new Proxy(agent, {})],
    ["the verified WIT", () => agent.wit],
    ["a subclass without its constructor", () => Object.create(Subclass.prototype, { id: { value: agent.id } })],
  ];

  it.each(forgeries)("not %s", (_what, forge) => {
    for (const [, matches] of matchers) {
      expect(() => matches(forge() as AuthenticatedWorkload)).toThrow(
        expect.objectContaining({ ...mistake, name: "TypeError" }),
      );
    }
  });

  it("and nobody but a verifier makes one", () => {
    expect(() => new Subclass()).toThrow(expect.objectContaining(mistake));
    expect(() => new Subclass(Symbol("seal"), agent.wit)).toThrow(expect.objectContaining(mistake));
    expect(() => Reflect.construct(AuthenticatedWorkload, [Symbol("seal"), agent.wit])).toThrow(
      expect.objectContaining(mistake),
    );
  });
});

describe("allow", () => {
  it.each<[string, () => unknown, string]>([
    ["true", () => true, "accepted"],
    ["false", () => false, "workload_not_authorized"],
    ["nothing", () => undefined, "workload_not_authorized"],
    ["1", () => 1, "workload_not_authorized"],
    ["a promise of true", async () => true, "workload_not_authorized"],
    [
      "an error",
      () => {
        throw new Error("secret");
      },
      "workload_not_authorized",
    ],
  ])("that answers %s", async (_what, allow, expected) => {
    const verifier = world.verifier({ allow: allow as () => boolean });
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe(expected);
  });

  it("CREDS-9.2.01, ID-7.3.03: a workload of the trusted domain that is not named is not let in: 403", async () => {
    const verifier = world.verifier({ allow: exactly("wimse://example.com/other") });
    await expect(verifier.verify(await world.request())).rejects.toMatchObject({
      code: "workload_not_authorized",
      status: 403,
      requirement: "CREDS-9.2.01",
    });
  });

  it("is asked about the workload that the request then belongs to", async () => {
    const seen: AuthenticatedWorkload[] = [];
    const verifier = world.verifier({ allow: (workload) => seen.push(workload) > 0 });
    const { workload } = await verifier.verify(await world.request());
    expect(seen).toEqual([workload]);
    expect(seen[0]).toBe(workload);
  });
});
