import { expect } from "vitest";
import { WimseError, type WimseErrorCode } from "../../src/base/errors.js";
import { parseWorkloadIdentifier } from "../../src/identifier.js";

/** Expects the error with this code and requirement, and a message that repeats nothing of the input. */
export function expectRefused(uri: string, code: WimseErrorCode, requirement: string): void {
  let caught: unknown;
  try {
    parseWorkloadIdentifier(uri);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(WimseError);
  expect(caught).toMatchObject({ code, requirement });
  if (uri.length > 2) expect((caught as WimseError).message).not.toContain(uri);
}
