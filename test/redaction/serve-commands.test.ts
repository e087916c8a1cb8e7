import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, wimse, type World } from "../cli/support.js";
import { AGENT_KEY } from "../conformance/support.js";
import { bundleKey } from "../trust/bundle-support.js";
import { clockOf, SERVER } from "../support/issuer-fixtures.js";
import { issuerKey, jwks, workloadKey } from "../support/wit-fixtures.js";
import { said, secrets, wit, wrongWords } from "./command-scene.js";
import { markedJwt } from "./enrolment-failures.js";
import { MARK, Secrets } from "./secrets.js";
import { PRIVATE_KEYS } from "./source-failures.js";

const ORIGIN = "spiffe://example.org";
const folder = temporaryFolder();
const wrong = wrongWords(folder);
const keys = folder.write("idp.jwks", jwks(issuerKey));
const dir = folder.path("id");
const allow = `--allow ${ORIGIN}/dev/*`;
const serve = `serve --dir ${dir} --origin ${ORIGIN} --port 0 ${allow}`;
const jwt = (issuer: string, audience: string, file: string, pair: string): string =>
  `${serve} --jwt-issuer ${issuer} --jwt-audience ${audience} --jwt-keys ${file} --allow-jwt ${pair}`;

/** Command lines in which `?` stands for what is wrong. */
const LINES: readonly string[] = [
  "serve ?",
  `serve --dir ${dir} --origin ? ${allow}`,
  `serve --dir ${dir} --origin ${ORIGIN} --allow ?`,
  `serve --dir ${keys}/? --origin ${ORIGIN} ${allow} --port 0`,
  ...["profile", "algorithm", "lifetime", "refresh", "rotate-every", "host", "port", "url", "token-lifetime"].map(
    (name) => `${serve} --${name} ?`,
  ),
  `${serve} --token-uses ?`,
  jwt("?", "id", "none.jwks", "a=b"),
  jwt("https://idp.example.com", "?", "none.jwks", "a=b"),
  jwt("https://idp.example.com", "id", "?", `a=${ORIGIN}/a`),
  jwt("https://idp.example.com", "id", keys, "?"),
  jwt("https://idp.example.com", "id", keys, "?=?"),
  "rotate ?",
  "rotate --dir ?",
  `rotate --dir ${dir} --algorithm ?`,
  `rotate --dir ${dir} --withdraw ?`,
  `rotate --dir ${dir} --withdraw=?`,
  "bundle ?",
  "bundle inspect ?",
  "bundle inspect ? ?",
  "bundle inspect https://127.0.0.1:1/?",
  "bundle inspect http://127.0.0.1/?",
];

describe.each(LINES)("wimse %s", (line) => {
  it.each(wrong)("does not repeat %s", async (_what, value) => {
    for (const json of [[], ["--json"]]) {
      const words = line.split(" ").map((word) => word.replaceAll("?", () => value));
      const ended = await wimse([...words, ...json], { stdin: wit });
      // what was wrong for one command is right for another, which shows of it what it is meant to
      const forbidden = ended.status === 0 ? new Secrets([AGENT_KEY.d]) : secrets;
      expect(forbidden.pieceIn(said(ended))).toBeUndefined();
    }
  });
});

/** Runs a server, and requests while it serves. */
async function serving(
  argv: readonly string[],
  run: (url: string, token: string) => Promise<void>,
): Promise<{ stdout: string; stderr: string; token: string }> {
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let token = "";
  let running: Promise<void> = Promise.resolve();
  const world: World = {
    runtime: clockOf(),
    untilStopped: () => stopped,
    onOutput(text) {
      token = /wimse_enrol_[\w-]+/.exec(text)?.[0] ?? "";
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? "";
      running = run(url, token).finally(stop);
    },
  };
  const ended = await wimse(["serve", "--origin", ORIGIN, "--port", "0", ...argv], world);
  await running;
  expect(ended.status).toBe(0);
  return { ...ended, token };
}

/** The private members of the keys that a folder has. */
function privateMembers(path: string): string[] {
  const files = readdirSync(path).map((name) => readFileSync(join(path, name), "utf8"));
  const found = files.flatMap((text) => [...text.matchAll(/"d":"([\w-]+)"/g)].map(([, member = ""]) => member));
  expect(found.length).toBeGreaterThan(0);
  return found;
}

describe("an identity server", () => {
  const jwtOptions = ["--jwt-issuer", "https://idp.example.com", "--jwt-audience", SERVER, "--jwt-keys", keys];

  it.each([[[]], [["--json"]]])(
    "prints its enrolment token once, and nothing else that is secret: %j",
    async (json) => {
      const path = folder.path(`printed${json.length}`);
      const argv = [
        "--dir",
        path,
        "--allow",
        `${ORIGIN}/dev/*`,
        ...jwtOptions,
        "--allow-jwt",
        `build=${ORIGIN}/b`,
        ...json,
      ];
      const { stdout, stderr, token } = await serving(argv, async (url, value) => {
        for (const bootstrap of [
          { type: "enrolment-token", value },
          { type: "enrolment-token", value: MARK },
          { type: "jwt", value: markedJwt },
          { type: MARK, value: JSON.stringify(workloadKey.privateJwk) },
        ]) {
          const content = JSON.stringify({ proof: `${MARK}.${value}.${MARK}`, bootstrap });
          const headers = { "Content-Type": "application/json", Cookie: MARK };
          const answer = await fetch(`${url}/enrol?${MARK}`, { method: "POST", headers, body: content });
          const text = await answer.text();
          expect(answer.status).toBe(bootstrap.value === MARK || bootstrap.type === MARK ? 403 : 400);
          expect(new Secrets([MARK, value, markedJwt]).pieceIn(text)).toBeUndefined();
        }
        const published = await (await fetch(`${url}/jwks.json`)).text();
        expect(new Secrets(privateMembers(path)).pieceIn(published)).toBeUndefined();
      });
      expect(token).toMatch(/^wimse_enrol_[\w-]{43}$/);
      expect(stdout.split(token)).toHaveLength(2);
      expect(stderr.trim().split("\n")).toHaveLength(4);
      const held = new Secrets([MARK, markedJwt, workloadKey.privateJwk.d ?? "", ...privateMembers(path)]);
      expect(held.pieceIn(stdout + stderr)).toBeUndefined();
      expect(new Secrets([token]).pieceIn(stderr)).toBeUndefined();
    },
  );

  it("has its keys changed without a word of them", async () => {
    const path = folder.path("changed");
    await serving(["--dir", path, "--allow", `${ORIGIN}/dev/*`], async () => {});
    const runtime = clockOf();
    const told: string[] = [];
    for (const json of [[], ["--json"]]) {
      const rotated = await wimse(["rotate", "--dir", path, "--json"], { runtime });
      const { kid } = JSON.parse(rotated.stdout) as { kid: string };
      const held = privateMembers(path);
      told.push(said(rotated), said(await wimse(["rotate", "--dir", path, ...json], { runtime })));
      told.push(said(await wimse(["rotate", "--dir", path, `--withdraw=${kid}`, ...json], { runtime })));
      expect(new Secrets([...held, ...privateMembers(path)]).pieceIn(told.join("\n"))).toBeUndefined();
    }
    expect(told.join("\n")).not.toContain("error");
  });

  it.each<[string, string]>([
    ["half of a state", `{"format":"wimse-issuer/v1","keys":[{"d":"${MARK}"`],
    ["a text", MARK],
    ["nothing", "null"],
    ["another's state", JSON.stringify({ format: "wimse-issuer/v1", origin: `spiffe://${MARK}`, revision: 1 })],
    ["a state with broken keys", JSON.stringify({ format: "wimse-issuer/v1", origin: ORIGIN, keys: [{ d: MARK }] })],
  ])("does not quote its folder when there is %s in it", async (_what, content) => {
    const path = folder.path("damaged");
    mkdirSync(path, { recursive: true });
    for (const name of ["issuer.1.json", "enrolment-tokens.json"]) {
      writeFileSync(join(path, name), content);
      chmodSync(join(path, name), 0o600);
    }
    for (const argv of [
      ["serve", "--dir", path, "--origin", ORIGIN, "--allow", `${ORIGIN}/*`, "--port", "0"],
      ["rotate", "--dir", path],
      ["rotate", "--dir", path, "--withdraw", "k"],
    ]) {
      const ended = await wimse(argv);
      expect(ended).toMatchObject({ status: 2, stdout: "" });
      expect(ended.stderr).not.toContain(MARK);
    }
  });
});

it("a bundle is shown without the private keys that are in it, and without a digest of secrets", async () => {
  const secret = Buffer.from(MARK).toString("base64url");
  const symmetric = { use: "wit-svid", kid: "s", kty: "oct", k: secret };
  const held = new Secrets([secret, workloadKey.privateJwk.d ?? "", AGENT_KEY.d]);
  const { keys: own } = PRIVATE_KEYS as { keys: object[] };
  const bundle = { keys: [...own, symmetric, { ...AGENT_KEY, use: "jwt-svid" }, bundleKey(issuerKey)] };
  for (const [name, document] of Object.entries({ bundle, map: { trust_domains: { "example.org": bundle } } })) {
    for (const json of [[], ["--json"]]) {
      const ended = await wimse(["bundle", "inspect", folder.write(`${name}.json`, document), ...json]);
      expect([ended.status, ended.stderr]).toEqual([0, ""]);
      expect(held.pieceIn(ended.stdout)).toBeUndefined();
      if (json.length === 0) expect(ended.stdout).toMatch(/\boct\b.* no thumbprint /);
    }
  }
});
