import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isWimseError } from "../../src/base/errors.js";
import { createVerifier } from "../../src/exchange/verifier.js";
import { signRequest } from "../../src/exchange/sign-request.js";
import { identityServerSource } from "../../src/issuer/identity-server-source.js";
import { openStateFolder } from "../../src/cli/serve/state-folder.js";
import { createTrustStore } from "../../src/trust/store.js";
import { clockOf } from "../support/issuer-fixtures.js";
import { sendRaw } from "../support/loopback.js";
import { caughtFrom, issuerKey, jwks, signRaw } from "../support/wit-fixtures.js";
import { type Ended, NOW, temporaryFolder, wimse } from "./support.js";

const folder = temporaryFolder();
const ORIGIN = "spiffe://example.org";
const AGENT = `${ORIGIN}/dev/agent`;

interface Started {
  readonly url: string;
  readonly jwks: string;
  readonly bundle: string;
  readonly enrolmentToken?: { token: string; label: string; expiresAt: number; uses: number };
}

/** Starts a server, runs what is to be run while it serves, and stops it. */
async function serving(
  argv: readonly string[],
  run: (started: Started, output: string) => Promise<void>,
  runtime = clockOf(),
): Promise<Ended> {
  let stop: () => void = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let failure: unknown;
  const world = {
    runtime,
    untilStopped: () => stopped,
    onOutput: (text: string) => {
      const started = text.startsWith("{") ? (JSON.parse(text) as Started) : { url: "", jwks: "", bundle: "" };
      run(started, text)
        .catch((error) => {
          failure = error;
        })
        .finally(stop);
    },
  };
  const ended = await wimse(["serve", "--origin", ORIGIN, "--port", "0", ...argv], world);
  if (failure !== undefined) throw failure;
  return ended;
}

const allow = ["--allow", `${ORIGIN}/dev/*`];
const dirOf = (name: string): string[] => ["--dir", folder.path(name)];
const svid = ["--profile", "wit-svid"];
const keysAt = async (url: string): Promise<{ kid: string }[]> =>
  ((await (await fetch(url)).json()) as { keys: { kid: string }[] }).keys;

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

  it.each([
    ["a request that is none of fetch's", "TRACE / HTTP/1.1"],
    ["a target without path", "GET http://evil.example/jwks.json HTTP/1.1"],
  ])("answers %s with 400", async (_what, line) => {
    await serving([...dirOf("raw"), ...allow, "--json"], async ({ url }) => {
      const answer = await sendRaw(Number(new URL(url).port), `${line}\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    });
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

  it.each<[string, string[], RegExp]>([
    ["someone who may be someone", [], /--allow/],
    ["loopback", [...allow, "--host", "0.0.0.0"], /--allow-remote/],
    ["a URL for others", [...allow, "--host", "0.0.0.0", "--allow-remote"], /--url/],
    ["TLS for others", [...allow, "--host", "0.0.0.0", "--allow-remote", "--url", "http://id.example.com"], /https/],
    [
      "TLS for others, whatever loopback may do without",
      [...allow, "--host", "0.0.0.0", "--allow-remote", "--url", "http://127.0.0.1:8420"],
      /https/,
    ],
    ["all that JWTs take", ["--jwt-issuer", "https://a.example", "--allow-jwt", `a=${ORIGIN}/a`], /go together/],
    ["pairs", ["--allow-jwt", `${ORIGIN}/a`], /--allow-jwt/],
    ["identifiers", ["--allow", "agent"], /--allow/],
    ["whole segments", ["--allow", `${ORIGIN}/*/x/*`], /--allow/],
    ["a port", [...allow, "--port", "70000"], /port/i],
    ["a known profile", [...allow, "--profile", "svid"], /wit-svid/],
    ["an algorithm", [...allow, "--algorithm", "HS256"], /algorithm/],
  ])("wants %s", async (_what, argv, message) => {
    const { status, stderr, stdout } = await wimse(["serve", ...dirOf("never"), "--origin", ORIGIN, ...argv]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });

  it("says so when the port is taken", async () => {
    await serving([...dirOf("first"), ...allow, "--json"], async ({ url }) => {
      const { port } = new URL(url);
      const ended = await wimse(["serve", ...dirOf("second"), "--origin", ORIGIN, ...allow, "--port", port]);
      expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining("--port: it is in use") });
    });
  });

  it("refuses a folder that others can read, a damaged one, and that of another trust domain", async () => {
    await serving([...dirOf("guarded"), ...allow], async () => {});
    const [name = ""] = readdirSync(folder.path("guarded")).filter((file) => file.startsWith("issuer."));
    const file = join(folder.path("guarded"), name);
    const attempt = (origin: string): Promise<Ended> =>
      wimse(["serve", ...dirOf("guarded"), "--origin", origin, "--allow", `${origin}/x`, "--port", "0"]);
    const refusal = (message: string) => ({ status: 2, stdout: "", stderr: expect.stringContaining(message) });
    expect(await attempt("spiffe://example.com")).toEqual(refusal("another trust domain"));
    chmodSync(file, 0o644);
    expect(await attempt(ORIGIN)).toEqual(refusal("--dir: others may read"));
    chmodSync(file, 0o600);
    writeFileSync(file, "{");
    expect(await attempt(ORIGIN)).toEqual(refusal("--dir: a file in it is damaged"));
  });
});

mkdirSync(folder.path("empty"));

describe("wimse rotate", () => {
  it("has a running server take over a new key: published first, used later", async () => {
    const runtime = clockOf();
    const dir = dirOf("rotated");
    await serving(
      [...dir, ...allow, "--json", "--refresh", "10"],
      async ({ url, jwks: keys, enrolmentToken }) => {
        const value = enrolmentToken?.token ?? "";
        const source = identityServerSource(url, {
          sub: AGENT,
          bootstrap: { type: "enrolment-token", value },
          runtime,
        });
        const kidOf = (wit: string) => JSON.parse(Buffer.from(wit.split(".")[0] ?? "", "base64url").toString()).kid;
        const old = kidOf((await source.current()).wit);
        const { stdout } = await wimse(["rotate", ...dir, "--json"], { runtime });
        const told = JSON.parse(stdout);
        expect(told).toMatchObject({ algorithm: "ES256", publishedWithin: 10, publishAhead: 30, activeFrom: NOW + 40 });
        expect(await keysAt(keys)).toHaveLength(1);
        runtime.setTime(NOW + 10);
        expect((await keysAt(keys)).map(({ kid }) => kid)).toEqual([old, told.kid]);
        await source.renew();
        expect(kidOf((await source.current()).wit)).toBe(old);
        runtime.setTime(NOW + 40);
        await source.renew();
        expect(kidOf((await source.current()).wit)).toBe(told.kid);
        expect((await wimse(["rotate", ...dir, "--withdraw", old], { runtime })).stdout).toContain("is withdrawn");
        runtime.setTime(NOW + 50);
        expect((await keysAt(keys)).map(({ kid }) => kid)).toEqual([told.kid]);
        await source.close();
      },
      runtime,
    );
  });

  it("tells in words and in JSON what it did, also where no server runs", async () => {
    const dir = dirOf("told");
    await serving([...dir, ...allow], async () => {});
    const { status, stdout, stderr } = await wimse(["rotate", ...dir, "--algorithm", "ES384"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^key [\w-]+ \(ES384\) is saved; a running server publishes it within 10 seconds\n/);
    expect(stdout).toContain("it signs 900 seconds after that: by 2026-09-21T");
    const kid = /^key ([\w-]+)/.exec(stdout)?.[1] ?? "";
    const withdrawn = await wimse(["rotate", ...dir, `--withdraw=${kid}`, "--json"]);
    expect(JSON.parse(withdrawn.stdout)).toEqual({ withdrawn: kid, publishedWithin: 10 });
  });

  it.each<[string, () => string[], RegExp]>([
    ["a folder", () => dirOf("nowhere"), /--dir: there is no such file/],
    ["a state", () => dirOf("empty"), /no state/],
    ["a key that is there", () => [...dirOf("told"), "--withdraw", "nobody"], /no key/],
    ["an algorithm", () => [...dirOf("told"), "--algorithm", "HS256"], /algorithm/],
  ])("wants %s", async (_what, argv, message) => {
    const { status, stderr, stdout } = await wimse(["rotate", ...argv()]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });
});

describe("the state folder", () => {
  const state = (revision: number) =>
    ({ format: "wimse-issuer/v1", origin: ORIGIN, revision, sequence: 1, contents: "", keys: [] }) as const;
  const options = { signal: new AbortController().signal };

  it("lets one of several writers save a revision, and no older one", async () => {
    const path = folder.path("raced");
    const { store } = await openStateFolder(path, true, clockOf());
    const saved = await Promise.all(Array.from({ length: 8 }, () => store.save(state(1), options)));
    expect(saved.filter(Boolean)).toHaveLength(1);
    expect(await store.save(state(2), options)).toBe(true);
    expect(await store.save(state(1), options)).toBe(false);
    expect(await store.save(state(2), options)).toBe(false);
    expect(readdirSync(path)).toEqual(["issuer.2.json"]);
    expect(await store.load(options)).toEqual(state(2));
  });

  it("leaves nothing behind of a folder that cannot be made", async () => {
    const file = folder.write("file", "");
    const error = await caughtFrom(openStateFolder(join(file, "below"), true, clockOf()));
    expect([isWimseError(error), (error as { code?: string }).code]).toEqual([false, "configuration_invalid"]);
    expect(existsSync(join(file, "below"))).toBe(false);
  });
});
