import { configurationInvalid } from "./errors.js";

/**
 * Passed by the one module that may make instances of a sealed class to its constructor. The object itself never
 * leaves `src/`, so that nobody else can construct one, and a `#private` brand tells a made one from a forged one.
 */
export const SEAL: symbol = Symbol("seal");

/** Refuses a constructor call from outside, and any subclass. */
export function checkSeal(seal: unknown, target: unknown, expected: unknown): void {
  if (seal !== SEAL || target !== expected) {
    throw configurationInvalid("This class is sealed: its instances come from verification only");
  }
}

/** Node's hook for `console.log` and `util.inspect`, under the name by which it is known in every runtime. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/**
 * Closes a sealed class: its instances print as their class and what `toString` says, and nothing of what they hold, and
 * nobody replaces its getters.
 */
export function closeSealedClass(sealed: { readonly name: string; readonly prototype: object }): void {
  const print = function (this: object): string {
    return `${sealed.name} <${String(this)}>`;
  };
  Object.defineProperty(sealed.prototype, INSPECT, { value: print });
  Object.freeze(sealed.prototype);
}
