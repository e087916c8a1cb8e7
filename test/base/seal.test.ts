import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { checkSeal, closeSealedClass, SEAL } from "../../src/base/seal.js";
import { expectMistake } from "../support/wit-fixtures.js";

class Sealed {
  readonly #secret: string;

  constructor(seal: symbol, secret: string) {
    checkSeal(seal, new.target, Sealed);
    this.#secret = secret;
  }

  get secret(): string {
    return this.#secret;
  }

  toString(): string {
    return "what may be seen";
  }

  static {
    closeSealedClass(Sealed);
  }
}

describe("a sealed class", () => {
  it("is made with the seal", () => {
    expect(new Sealed(SEAL, "s").secret).toBe("s");
  });

  it.each([undefined, null, "seal", {}, Symbol("seal"), Symbol.for("seal")])("is not made with %s", async (seal) => {
    await expectMistake(() => new Sealed(seal as symbol, "s"), /sealed/);
  });

  it("has no subclass, not even with the seal", async () => {
    class Forged extends Sealed {}
    await expectMistake(() => new Forged(SEAL, "s"), /sealed/);
    await expectMistake(() => Reflect.construct(Sealed, [SEAL, "s"], Forged), /sealed/);
  });

  it("has a prototype that nobody changes", () => {
    expect(Object.isFrozen(Sealed.prototype)).toBe(true);
    expect(() => Object.defineProperty(Sealed.prototype, "secret", { value: "planted" })).toThrow(TypeError);
  });

  it("prints as its class and text, at every depth", () => {
    const sealed = new Sealed(SEAL, "s3cret");
    expect(inspect(sealed)).toBe("Sealed <what may be seen>");
    expect(inspect({ a: [sealed] }, { depth: 9, showHidden: true, getters: true })).toContain(
      "Sealed <what may be seen>",
    );
    expect(inspect(sealed, { showHidden: true, getters: true })).not.toContain("s3cret");
  });
});
