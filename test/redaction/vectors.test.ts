import { expect, it } from "vitest";
import { matcherOf, policyOf } from "../../src/conformance/policy.js";
import { createSession } from "../../src/conformance/session.js";
import { requestOf } from "../../src/conformance/input.js";
import { type AuditEvent, createVerifier, type VerifyPolicy } from "../../src/index.js";
import { memoryReplayStore } from "../../src/replay.js";
import { refusalOf, rejectedCases } from "../vectors/rejection.js";
import { type Case, caseChain, contextOf, type VectorFile } from "../vectors/support.js";
import { secretsOf } from "./case-secrets.js";
import { printed, Secrets } from "./secrets.js";

/** What a service says of a request that it refuses. */
interface Said {
  readonly error: unknown;
  readonly problem: unknown;
  readonly audit: readonly AuditEvent[];
  readonly report: unknown;
}

/** Verifies the request of a case, after those that it follows, as a service does. */
async function saidOf(one: Case, file: VectorFile): Promise<Said> {
  const session = createSession();
  let said: Said | undefined;
  const replay = memoryReplayStore({ maxEntries: 100, runtime: session.runtime });
  for (const step of caseChain(one, file)) {
    const audit: AuditEvent[] = [];
    const context = contextOf(file, step);
    const { allow, replay: kind, ...values } = policyOf(context);
    const matcher = matcherOf(allow);
    const policy = { ...values, trust: session.trustFor(context), runtime: session.runtime };
    const more = { replay: kind === "unchecked" ? kind : replay, audit: (event: AuditEvent) => audit.push(event) };
    const verifier = createVerifier({
      ...policy,
      ...more,
      ...(matcher && { allow: matcher }),
    } as unknown as VerifyPolicy);
    const error = await verifier.verify(requestOf(step.input)).catch((reason) => reason);
    said = { error, problem: verifier.problem(error), audit, report: await verifier.explain(requestOf(step.input)) };
  }
  return said as Said;
}

it.each(rejectedCases.map(([file, one]) => [`${file.path}, ${one.id}`, file, one] as const))(
  "WPT-3.1.5.01: nothing that is said of %s holds a piece of it",
  async (_name, file, one) => {
    const { always, outsideReports, open } = secretsOf({ ...one, context: contextOf(file, one) });
    const everything = new Secrets([...always, ...outsideReports], open);
    const isVerified = one.op === "verifyRequest" && one.expect.code !== "configuration_invalid";
    const said = isVerified ? await saidOf(one, file) : { error: await refusalOf(one, file) };
    expect(said.error).toMatchObject({ code: one.expect.code, message: expect.any(String) });
    expect(said.error).not.toHaveProperty("cause");
    const { error, problem, audit, report } = { problem: undefined, audit: undefined, report: undefined, ...said };
    expect(everything.pieceIn(printed([error, problem]))).toBeUndefined();

    if (!isVerified) return;
    expect(audit).toMatchObject([{ outcome: "rejected", code: one.expect.code }]);
    const unreported = new Secrets(always, [...open, ...outsideReports]);
    expect(unreported.pieceIn(printed([audit, report]))).toBeUndefined();
  },
);

it("a case has secrets to look for", () => {
  const empty = rejectedCases.filter(([file, one]) => {
    const { always, outsideReports } = secretsOf({ ...one, context: contextOf(file, one) });
    return new Secrets([...always, ...outsideReports]).size === 0;
  });
  // bundles are there for everybody: what somebody puts into one by mistake is looked at elsewhere; components may be no
  // more than methods and paths, and a digest is shown to everybody
  const bare = new Set(["parseBundle", "signatureBase", "contentDigest", "verifyContentDigest"]);
  const secretive = empty.filter(([, { op }]) => !bare.has(op));
  // an identifier that is next to nothing, a token that is nothing
  const names = new Set(secretive.map(([, { id }]) => id.replace(/-(?:es256|ed25519)$/, "")));
  expect([...names].sort()).toEqual(["empty", "nothing", "relative-reference", "scheme-alone"]);
});
