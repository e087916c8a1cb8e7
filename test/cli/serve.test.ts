import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { signRequest } from "../../src/exchange/sign-request.js";
import { createVerifier } from "../../src/exchange/verifier.js";
import { identityServerSource } from "../../src/issuer/identity-server-source.js";
import { createTrustStore } from "../../src/trust/store.js";
import { clockOf } from "../support/issuer-fixtures.js";
import { caughtFrom, issuerKey, jwks, signRaw } from "../support/wit-fixtures.js";
import { AGENT, allow, keysAt, ORIGIN, type Started, serving } from "./serve-support.js";
import { NOW, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const dirOf = (name: string): string[] => ["--dir", folder.path(name)];
const svid = ["--profile", "wit-svid"];

describe("wimse serve", () => {
  it("enrols, renews and publishes over HTTP; a request signed with its WIT is accepted with its keys and its bundle", async () => {
    const runtime = clockOf();
    const { status, stderr } = await serving(
      [...dirOf("whole"), ...allow, ...svid, "--json"],
      async ({ url, jwks: keys, bundle, enrolmentToken }) => {
        const value = enrolmentToken?.token ?? "";
        const source = identityServerSource(url, {
          sub: AGENT,
          bootstrap: { type: "enrolment-token", value },
          runtime,
        });
        await source.current();
        await source.renew();
        for (const place of [keys, bundle]) {
          const trust = createTrustStore([
            { origin: ORIGIN, keys: (await (await fetch(place)).json()) as never, profile: "wit-svid" },
          ]);
          const verifier = createVerifier({ trust, audience: "https://a.example/", replay: "unchecked", runtime });
          const { request } = await signRequest(new Request("https://a.example/"), source, { runtime });
          expect((await verifier.verify(request)).workload.id.uri).toBe(AGENT);
        }
        await source.close();
      },
      runtime,
    );
    expect(status).toBe(0);
    const events = stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events).toMatchObject([
      { operation: "enrol", outcome: "issued", sub: AGENT },
      { operation: "renew", outcome: "issued", sub: AGENT },
    ]);
  });

  it("prints where it is, and the enrolment token once", async () => {
    let token = "";
    await serving([...dirOf("once"), ...allow, ...svid], async (_started, output) => {
      expect(output).toContain(`identity server of ${ORIGIN} at http://127.0.0.1:`);
      for (const path of ["/enrol", "/renew", "/jwks.json", "/bundle.json"]) expect(output).toContain(path);
      token = /wimse_enrol_[\w-]+/.exec(output)?.[0] ?? "";
      expect(output).toContain("enrolment token for one enrolment within 60 minutes, shown this once:");
    });
    await serving([...dirOf("once"), ...allow, ...svid], async (_started, output) => {
      expect(output).not.toContain("wimse_enrol_");
    });
    const files = readdirSync(folder.path("once")).map((name) => readFileSync(join(folder.path("once"), name), "utf8"));
    expect(token).toMatch(/^wimse_enrol_[\w-]{43}$/);
    expect(files.join()).not.toContain(token);
  });

  it("keeps its key, what is left of its tokens, and its files to itself", async () => {
    const dir = dirOf("kept");
    const runtime = clockOf();
    let kids: string[] = [];
    let token = "";
    const enrol = async (url: string): Promise<unknown> => {
      const bootstrap = { type: "enrolment-token", value: token };
      const source = identityServerSource(url, { sub: AGENT, bootstrap, runtime });
      await source.renew();
      const { identifier, failure } = source.state();
      await source.close();
      return failure ?? identifier;
    };
    await serving([...dir, ...allow, "--token-uses", "2", "--json"], async ({ url, jwks: keys, enrolmentToken }) => {
      token = enrolmentToken?.token ?? "";
      kids = (await keysAt(keys)).map(({ kid }) => kid);
      expect(await enrol(url)).toBe(AGENT);
    });
    await serving([...dir, ...allow, "--json"], async ({ url, jwks: keys, enrolmentToken }) => {
      expect(enrolmentToken).toBeUndefined();
      expect((await keysAt(keys)).map(({ kid }) => kid)).toEqual(kids);
      expect(await enrol(url)).toBe(AGENT);
      expect(await enrol(url)).toBe("enrolment_bootstrap_refused");
    });
    const names = readdirSync(folder.path("kept"));
    expect(names.sort()).toEqual(["enrolment-tokens.3.json", "issuer.1.json", "server.json"]);
    for (const name of names) expect(statSync(join(folder.path("kept"), name)).mode & 0o777).toBe(0o600);
    expect(statSync(folder.path("kept")).mode & 0o777).toBe(0o700);
  });

  it("makes a further token when it is told to", async () => {
    const dir = dirOf("further");
    const labels = new Set<string | undefined>();
    const see = async ({ enrolmentToken }: Started): Promise<void> => void labels.add(enrolmentToken?.label);
    await serving([...dir, ...allow, "--json"], see);
    const argv = [...dir, ...allow, "--json", "--new-token", "--token-uses", "5", "--token-lifetime", "60"];
    await serving(argv, async (started) => {
      await see(started);
      expect(started.enrolmentToken).toMatchObject({ uses: 5, expiresAt: NOW + 60 });
    });
    await serving(argv, see, clockOf(NOW + 86_400)); // the others are over by then
    expect(labels.size).toBe(3);
    for (const label of labels) expect(label).toMatch(/^token-[\w-]{8}$/);
  });

  it("says on a line what it decided, without a secret", async () => {
    const runtime = clockOf();
    let token = "";
    const { stderr } = await serving(
      [...dirOf("lines"), ...allow, "--json"],
      async ({ url, enrolmentToken }) => {
        token = enrolmentToken?.token ?? "";
        for (const sub of [`${ORIGIN}/admin`, AGENT]) {
          const source = identityServerSource(url, {
            sub,
            bootstrap: { type: "enrolment-token", value: token },
            runtime,
          });
          await caughtFrom(async () => {
            await source.current();
            throw new Error("was let in");
          });
          await source.close();
        }
      },
      runtime,
    );
    expect(stderr.split("\n").map((line) => (line ? JSON.parse(line).code : ""))).toEqual([
      "enrolment_denied",
      undefined,
      "",
    ]);
    expect(stderr).not.toContain(token);
  });

  it("accepts JWTs for the pairs that it was told, and for no other", async () => {
    const keys = folder.write("cluster.jwks", jwks(issuerKey));
    const runtime = clockOf();
    const subject = "system:serviceaccount:shop:orders";
    const argv = ["--jwt-issuer", "https://cluster.example", "--jwt-audience", "id", "--jwt-keys", keys];
    const claims = { iss: "https://cluster.example", aud: "id", sub: subject, exp: NOW + 600 };
    const jwt = signRaw({ alg: "ES256", kid: issuerKey.kid }, claims);
    await serving(
      [...dirOf("jwt"), ...argv, "--allow-jwt", `${subject}=${ORIGIN}/orders`, "--json"],
      async ({ url, enrolmentToken }) => {
        expect(enrolmentToken).toBeUndefined();
        for (const [sub, failure] of [
          [`${ORIGIN}/orders`, undefined],
          [`${ORIGIN}/admin`, "enrolment_denied"],
        ] as const) {
          const source = identityServerSource(url, { sub, bootstrap: { type: "jwt", value: jwt }, runtime });
          await source.renew();
          if (failure === undefined) await source.renew();
          expect(source.state().failure).toBe(failure);
          await source.close();
        }
      },
      runtime,
    );
  });

  it("writes one line for one decision, whatever the JWT calls its subject", async () => {
    const keys = folder.write("lines.jwks", jwks(issuerKey));
    const runtime = clockOf();
    const sub = `x\nenrol issued ${ORIGIN}/admin\u001b[2K`;
    const jwt = signRaw(
      { alg: "ES256", kid: issuerKey.kid },
      { iss: "https://cluster.example", aud: "id", sub, exp: NOW + 600 },
    );
    const argv = ["--jwt-issuer", "https://cluster.example", "--jwt-audience", "id", "--jwt-keys", keys];
    const pair = ["--allow-jwt", `y=${ORIGIN}/orders`];
    const { stderr } = await serving(
      [...dirOf("forged"), ...argv, ...pair],
      async (_started, output) => {
        const url = /at (http:\S+)/.exec(output)?.[1] ?? "";
        const source = identityServerSource(url, { sub: AGENT, bootstrap: { type: "jwt", value: jwt }, runtime });
        await source.renew();
        await source.close();
      },
      runtime,
    );
    expect(stderr).toBe(
      `enrol refused enrolment_denied ${AGENT} for jwt x\\u000aenrol issued ${ORIGIN}/admin\\u001b[2K\n`,
    );
  });

  it("lets go of content that is too long, and goes on", async () => {
    await serving([...dirOf("long"), ...allow, "--json"], async ({ url, jwks: keys }) => {
      const content = "x".repeat(10_000_000);
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(`${url}/enrol`, { method: "POST", headers, body: content }).then(
        ({ status }) => status,
        () => 413, // the server closed before all was sent
      );
      expect(answer).toBe(413);
      expect(await keysAt(keys)).toHaveLength(1);
    });
  });
});
