import { describe, expect, it } from "vitest";
import { LoadFailure } from "../../../src/trust/key-source/load-failure.js";
import { expectWimseError } from "../../support/wit-fixtures.js";
import { es256, keyA, keyB, loadedSource, NOW, scriptedSource, select, settled } from "./support.js";

describe("an unknown kid", () => {
  it("CREDS-3.05: leads to one load, and the request waits for it", async () => {
    const { runtime, source, loads, last } = await loadedSource();
    runtime.setTime(NOW + 10);
    const requests = Array.from({ length: 50 }, () => select(source, "b"));
    await settled();
    expect(source.select("a", es256)).not.toBeInstanceOf(Promise); // others do not wait
    await last().answer([keyA(), keyB()]);
    for (const { jwk } of await Promise.all(requests)) expect(jwk.kid).toBe("b");
    expect(loads).toHaveLength(2);
  });

  it.each([undefined, "b"])("%s: leads to none within the cooldown", async (kid) => {
    const { runtime, source, loads } = scriptedSource({ cooldown: 10 });
    await settled();
    await loads[0]?.answer([]);
    runtime.setTime(NOW + 9.9);
    await expectWimseError(select(source, kid), "wit_key_not_found", "CREDS-3.07");
    expect(loads).toHaveLength(1);
  });

  it("joins a load that is going on", async () => {
    const { runtime, source, loads, last } = await loadedSource();
    runtime.setTime(NOW + 250);
    const request = select(source, "b");
    await settled();
    await last().answer([keyA(), keyB()]);
    expect((await request).jwk.kid).toBe("b");
    expect(loads).toHaveLength(2);
  });

  it("that was looked for in vain leads to no other load for half a minute, or until the next refresh", async () => {
    const { runtime, source, loads, last } = await loadedSource();
    for (let after = 10; after < 40; after += 10) {
      runtime.setTime(NOW + after);
      const request = expectWimseError(select(source, "x"), "wit_key_not_found");
      await settled();
      if (after === 10) await last().answer([keyA()]);
      await request;
    }
    expect(loads).toHaveLength(2);
    runtime.setTime(NOW + 10 + 210);
    await settled();
    await last().answer([keyA()]);
    runtime.setTime(NOW + 10 + 220);
    const request = expectWimseError(select(source, "x"), "wit_key_not_found");
    await settled();
    expect(loads).toHaveLength(4);
    await last().answer([keyA()]);
    await request;
  });

  it("that somebody asked for before it was there is found when it is: half a minute later", async () => {
    const { runtime, source, loads, last } = await loadedSource();
    runtime.setTime(NOW + 10);
    const early = expectWimseError(select(source, "b"), "wit_key_not_found");
    await settled();
    await last().answer([keyA()]);
    await early;
    runtime.setTime(NOW + 40);
    const found = select(source, "b");
    await settled();
    await last().answer([keyA(), keyB()]);
    expect(await found).toBeDefined();
    expect(loads).toHaveLength(3);
  });

  it("that joined a load may have been missed narrowly, and leads to another", async () => {
    const { runtime, source, loads, last } = await loadedSource();
    runtime.setTime(NOW + 250);
    const request = expectWimseError(select(source, "b"), "wit_key_not_found");
    await settled();
    await last().answer([keyA()]);
    await request;
    runtime.setTime(NOW + 260);
    const again = select(source, "b");
    await settled();
    await last().answer([keyA(), keyB()]);
    expect((await again).jwk.kid).toBe("b");
    expect(loads).toHaveLength(3);
  });

  it("ten thousand of them cause at most one load for each cooldown", async () => {
    const { runtime, source, loads } = await loadedSource({ cooldown: 10 });
    const starts = [NOW];
    const seen = loads.length;
    for (let request = 0; request < 10_000; request++) {
      runtime.setTime(NOW + request / 100); // a hundred seconds
      const refused = expectWimseError(select(source, `hostile-${request}`), "wit_key_not_found");
      await settled();
      if (loads.length > starts.length) {
        starts.push(runtime.now());
        await loads.at(-1)?.answer([keyA()]);
      }
      await refused;
    }
    expect(seen).toBe(1);
    expect(starts).toHaveLength(10);
    for (const [index, start] of starts.entries()) {
      if (index > 0) expect(start - (starts[index - 1] ?? 0)).toBeGreaterThanOrEqual(10);
    }
  });

  it("while the source is down may be one that was published since", async () => {
    const { runtime, source, last } = await loadedSource();
    runtime.setTime(NOW + 10);
    const request = expectWimseError(select(source, "b"), "trust_keys_unavailable");
    await settled();
    await last().fail(new LoadFailure("unreachable"));
    await request;
    await expectWimseError(select(source, "b"), "trust_keys_unavailable"); // in the cooldown
    expect((await select(source, "a")).jwk.kid).toBe("a");
  });

  it("is left alone when several keys could be meant", async () => {
    const { runtime, source, loads } = scriptedSource();
    await settled();
    await loads[0]?.answer([keyA(), keyB()]);
    runtime.setTime(NOW + 20);
    await expectWimseError(select(source), "wit_key_ambiguous", "CREDS-3.08");
    expect(loads).toHaveLength(1);
  });
});
