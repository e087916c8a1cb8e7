import { describe, expect, it } from "vitest";
import { createCredential, type WorkloadCredential } from "../../src/credential/credential.js";
import { generateKey } from "../../src/crypto/signer.js";
import { signRequest } from "../../src/exchange/sign-request.js";
import { type EnrolmentProofContent, signEnrolmentProof } from "../../src/issuer/enrolment-proof.js";
import {
  AGENT,
  enrolment,
  post,
  SERVER,
  type TestServer,
  type TestServerOptions,
  testServer,
} from "../support/issuer-fixtures.js";
import { NOW, ORIGIN } from "../support/wit-fixtures.js";
import { refusalOf } from "./refused-support.js";

describe("a renewal is refused", () => {
  async function enrolled(options?: TestServerOptions): Promise<TestServer & { credential: WorkloadCredential }> {
    const world = await testServer({ uses: 9, ...options });
    const key = await generateKey();
    const { wit } = (await (await world.server(await enrolment(world, { key }))).json()) as { wit: string };
    return { ...world, credential: await createCredential(wit, key) };
  }

  async function renewal(
    { credential, runtime }: Awaited<ReturnType<typeof enrolled>>,
    changes: Partial<EnrolmentProofContent> = {},
    by: WorkloadCredential = credential,
  ): Promise<Request> {
    const content = { audience: `${SERVER}/renew`, sub: AGENT, bootstrap: by.wit, ...changes };
    const proof = await signEnrolmentProof(content, await generateKey(), runtime);
    return (await signRequest(post("/renew", { proof }), by, { runtime })).request;
  }

  it.each<[string, string, Partial<EnrolmentProofContent>]>([
    ["for another workload", "enrolment_subject_invalid", { sub: `${ORIGIN}/agents/8` }],
    ["for what the policy denies, too", "enrolment_subject_invalid", { sub: `${ORIGIN}/admin` }],
    ["with a proof for the other endpoint", "enrolment_audience_mismatch", { audience: `${SERVER}/enrol` }],
    ["with a proof for another WIT", "enrolment_bootstrap_refused", { bootstrap: "another" }],
  ])("%s: %s", async (_what, code, changes) => {
    const world = await enrolled();
    expect(await refusalOf(world, await renewal(world, changes))).toMatchObject({ code });
  });

  it("with a WIT that has expired", async () => {
    const world = await enrolled();
    const request = await renewal(world);
    world.runtime.setTime(NOW + 3600 + 5);
    expect(await refusalOf(world, request)).toEqual({ status: 400, code: "wit_expired" });
  });

  it("with a WIT of somebody else's issuer", async () => {
    const world = await enrolled();
    const other = await enrolled();
    expect(await refusalOf(world, await renewal(world, {}, other.credential))).toMatchObject({
      code: "wit_key_not_found",
    });
  });

  it("with a stolen WIT and another key", async () => {
    const world = await enrolled();
    const request = await renewal(world);
    const thief = await enrolled();
    const stolen = await renewal(thief, {}, thief.credential);
    stolen.headers.set("Workload-Identity-Token", request.headers.get("Workload-Identity-Token") ?? "");
    expect(await refusalOf(world, stolen)).toMatchObject({ code: "signature_invalid" });
  });

  it("when somebody on the way puts the proof of a key of his own in", async () => {
    const world = await enrolled();
    const { url, headers } = await renewal(world);
    const content = { audience: `${SERVER}/renew`, sub: AGENT, bootstrap: world.credential.wit };
    const proof = await signEnrolmentProof(content, await generateKey(), world.runtime);
    const swapped = new Request(url, { method: "POST", headers, body: JSON.stringify({ proof }) });
    expect(await refusalOf(world, swapped)).toMatchObject({ code: "content_digest_mismatch" });
  });

  it("when it is repeated, and without a credential", async () => {
    const world = await enrolled();
    const request = await renewal(world);
    expect((await world.server(request.clone())).status).toBe(200);
    expect(await refusalOf(world, request)).toMatchObject({ code: "signature_replayed" });
    expect(await refusalOf(world, post("/renew", { proof: "a" }))).toMatchObject({ code: "wit_missing" });
  });

  it("as a bearer token", async () => {
    const world = await enrolled();
    const headers = {
      Authorization: `Bearer ${world.credential.wit}`,
      "Workload-Identity-Token": world.credential.wit,
    };
    expect(await refusalOf(world, post("/renew", { proof: "a" }, headers))).toMatchObject({ code: "proof_missing" });
  });

  it("when the policy has changed its mind, and when the WIT is revoked", async () => {
    let allowed = true;
    let revoked = false;
    const world = await enrolled({ policy: () => allowed, isRevoked: () => revoked });
    allowed = false;
    expect(await refusalOf(world, await renewal(world))).toEqual({ status: 403, code: "enrolment_denied" });
    allowed = true;
    revoked = true;
    expect(await refusalOf(world, await renewal(world))).toEqual({ status: 403, code: "wit_revoked" });
  });
});
