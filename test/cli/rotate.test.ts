import { mkdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { identityServerSource } from "../../src/issuer/identity-server-source.js";
import { clockOf } from "../support/issuer-fixtures.js";
import { AGENT, allow, keysAt, serving } from "./serve-support.js";
import { NOW, temporaryFolder, wimse } from "./support.js";

const folder = temporaryFolder();
const dirOf = (name: string): string[] => ["--dir", folder.path(name)];

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
