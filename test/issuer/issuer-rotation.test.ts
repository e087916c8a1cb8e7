import { describe, expect, it } from "vitest";
import { createCredential } from "../../src/credential/credential.js";
import { generateKey } from "../../src/crypto/signer.js";
import { signRequest } from "../../src/exchange/sign-request.js";
import { createVerifier } from "../../src/exchange/verifier.js";
import type { Issuer } from "../../src/issuer/issuer.js";
import { createTrustStore } from "../../src/trust/store.js";
import { AGENT, clockOf, issuerWith } from "../support/issuer-fixtures.js";
import { expectMistake, expectWimseError, NOW, ORIGIN, workloadKey } from "../support/wit-fixtures.js";

const cnf = workloadKey.publicJwk;
const statuses = (issuer: Issuer): string[] => issuer.state().keys.map(({ status }) => status);
const kids = async (issuer: Issuer): Promise<unknown[]> => (await issuer.jwks()).keys.map(({ kid }) => kid);

describe("rotation", () => {
  it("FED-4.1.01, FED-4.1.02: publishes a key three refresh intervals before it signs", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { refreshHint: 100 });
    const old = (await issuer.issue(AGENT, cnf)).kid;
    const { kid, status, activeFrom } = await issuer.rotate();
    expect([status, activeFrom]).toEqual(["published", NOW + 300]);
    expect(await kids(issuer)).toEqual([old, kid]);
    runtime.setTime(NOW + 299);
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(old);
    runtime.setTime(NOW + 300);
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(kid);
    expect(statuses(issuer)).toEqual(["retiring", "active"]);
  });

  it("FED-4.1.03: keeps a key until the last WIT that it can have signed is over everywhere, and no longer", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, {
      maxLifetime: 1000,
      clockTolerance: 30,
      refreshHint: 10,
      publishAhead: 10,
    });
    const { kid } = await issuer.rotate();
    const [old] = await kids(issuer);
    runtime.setTime(NOW + 10);
    await issuer.jwks(); // the new key takes over
    runtime.setTime(NOW + 10 + 1029);
    expect(await kids(issuer)).toEqual([old, kid]);
    runtime.setTime(NOW + 10 + 1030);
    expect(await kids(issuer)).toEqual([kid]);
  });

  it("rotates by the clock, without anybody asking", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { rotateEvery: 3600, refreshHint: 60 });
    expect(issuer.state().nextRotationAt).toBe(NOW + 3600);
    runtime.setTime(NOW + 3600);
    await expect.poll(() => statuses(issuer)).toEqual(["active", "published"]);
    runtime.setTime(NOW + 3780);
    await expect.poll(() => statuses(issuer)).toEqual(["retiring", "active"]);
    await issuer.close();
    runtime.setTime(NOW + 9000);
    expect(issuer.state().keys).toHaveLength(2);
  });

  it("publishes one key twice and two at once: each signs when its time has come", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { refreshHint: 10, publishAhead: 30 });
    const first = await issuer.rotate();
    runtime.setTime(NOW + 10);
    const second = await issuer.rotate();
    runtime.setTime(NOW + 30);
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(first.kid);
    runtime.setTime(NOW + 40);
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(second.kid);
  });

  it("drops a key at once that was overtaken before it ever signed", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { refreshHint: 10, publishAhead: 10 });
    await issuer.rotate();
    const { kid } = await issuer.rotate();
    runtime.setTime(NOW + 10);
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(kid);
    expect(statuses(issuer)).toEqual(["retiring", "active"]);
  });

  it("goes on with its key while no new one can be made, and tries again", async () => {
    const runtime = clockOf();
    let broken = false;
    const keys = {
      async create() {
        if (broken) throw new Error("arn:secret");
        return { signer: await generateKey() };
      },
      open: () => Promise.reject(new Error("never")),
    };
    const issuer = await issuerWith(runtime, { keys, rotateEvery: 3600 });
    broken = true;
    runtime.setTime(NOW + 3600);
    await expect.poll(() => issuer.state().failure).toBe("a new key cannot be made");
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(issuer.state().keys[0]?.kid);
    await expectWimseError(issuer.rotate(), "credential_unavailable", undefined, "arn:secret");
    broken = false;
    runtime.setTime(NOW + 3610);
    await expect.poll(() => statuses(issuer)).toEqual(["active", "published"]);
    expect(issuer.state().failure).toBeUndefined();
  });

  it("withdraws a key at once, the one that signs too, and what it signed is refused in the same process", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime);
    const trust = createTrustStore([{ origin: ORIGIN, keys: issuer.keySource() }]);
    const verifier = createVerifier({ trust, audience: "https://a.example/", replay: "unchecked", runtime });
    const key = await generateKey();
    const { wit, kid } = await issuer.issue(AGENT, key.publicJwk);
    const credential = await createCredential(wit, key);
    const signed = async (): Promise<Request> =>
      (await signRequest(new Request("https://a.example/"), credential, { runtime })).request;
    await verifier.verify(await signed());
    await issuer.rotate();
    await verifier.verify(await signed()); // a key more changes nothing for those that stay
    await issuer.withdraw(kid);
    expect(statuses(issuer)).toEqual(["active"]);
    await expectWimseError(async () => verifier.verify(await signed()), "wit_key_not_found");
    expect((await issuer.issue(AGENT, cnf)).kid).not.toBe(kid);
    await issuer.withdraw(issuer.state().keys[0]?.kid ?? "");
    expect(statuses(issuer)).toEqual(["active"]);
    await expectMistake(issuer.withdraw(kid), /no such key/);
  });

  it("publishes no more than a hundred keys", async () => {
    const issuer = await issuerWith(clockOf(), { algorithm: "Ed25519" });
    for (let i = 1; i < 100; i++) await issuer.rotate();
    await expectMistake(issuer.rotate(), /100 keys/);
    expect(await kids(issuer)).toHaveLength(100);
  });
});
