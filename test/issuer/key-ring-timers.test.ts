import { describe, expect, it } from "vitest";
import { createIssuer } from "../../src/issuer/issuer.js";
import { generatedKeys, type IssuerKeys } from "../../src/issuer/issuer-keys.js";
import { withdrawSavedKey } from "../../src/issuer/saved-keys.js";
import { clockOf, issuerWith, memoryStore } from "../support/issuer-fixtures.js";
import { simulatedRuntime } from "../support/simulated-runtime.js";
import { NOW, ORIGIN } from "../support/wit-fixtures.js";

const kidsOf = ({ keys }: { keys: { kid?: string }[] }): (string | undefined)[] => keys.map(({ kid }) => kid);

it("an issuer sets no timer where nothing is to come", async () => {
  const runtime = simulatedRuntime(NOW);
  const issuer = await createIssuer({ origin: ORIGIN, runtime });
  await issuer.jwks();
  expect(runtime.pending).toBe(0);
});

describe("a key that cannot be made", () => {
  it("is tried again after ten seconds, not whenever somebody asks", async () => {
    const runtime = clockOf();
    const inner = generatedKeys("ES256", false);
    const asked: number[] = [];
    const keys: IssuerKeys = {
      create(options) {
        asked.push(runtime.now() - NOW);
        return runtime.now() === NOW ? inner.create(options) : Promise.reject(new Error("arn:secret"));
      },
      open: inner.open,
    };
    const issuer = await issuerWith(runtime, { keys, rotateEvery: 3600 });
    for (const later of [3600, 3601, 3609, 3610, 3611]) {
      runtime.setTime(NOW + later);
      await issuer.jwks();
    }
    expect(asked).toEqual([0, 3600, 3610]);
  });

  it("does not keep an issuer from the next look at what others saved", async () => {
    const store = memoryStore();
    const first = await issuerWith(clockOf(), { store });
    const { kid } = await first.rotate();
    await first.close();
    const runtime = clockOf(NOW + 95);
    const { open } = generatedKeys("ES256", true);
    const keys: IssuerKeys = { create: () => Promise.reject(new Error("arn:secret")), open };
    const issuer = await issuerWith(runtime, { store, keys, rotateEvery: 100 });
    runtime.setTime(NOW + 100);
    await issuer.jwks();
    expect(issuer.state().failure).toBe("a new key cannot be made");
    await withdrawSavedKey(store, kid, runtime);
    expect(kidsOf(await issuer.jwks())).toContain(kid);
    runtime.setTime(NOW + 105);
    expect(kidsOf(await issuer.jwks())).not.toContain(kid);
  });

  it("and takes longer than from one look to the next, puts the next one off no further", async () => {
    const store = memoryStore();
    const first = await issuerWith(clockOf(), { store });
    const { kid } = await first.rotate();
    await first.close();
    const runtime = clockOf(NOW + 95);
    const keys: IssuerKeys = {
      create() {
        runtime.setTime(runtime.now() + 10); // the key service has no more time than that
        return new Promise(() => {});
      },
      open: generatedKeys("ES256", true).open,
    };
    const issuer = await issuerWith(runtime, { store, keys, rotateEvery: 100 });
    runtime.setTime(NOW + 100);
    await issuer.jwks();
    expect(issuer.state().failure).toBe("a new key cannot be made");
    await withdrawSavedKey(store, kid, runtime);
    expect(kidsOf(await issuer.jwks())).not.toContain(kid);
  });
});
