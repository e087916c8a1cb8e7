import type { WimseErrorCode } from "../../src/index.js";
import { createExchange } from "../support/response-fixtures.js";
import { MARK } from "./secrets.js";

/** Something that goes wrong where no vector reaches, with secrets all around. */
export interface Failure {
  readonly what: string;
  readonly code: WimseErrorCode;
  readonly fails: () => Promise<unknown>;
}

/** An error of somebody else, with a secret wherever one can be. */
export function foreign(): Error {
  const cause = new AggregateError([new Error(MARK)], MARK);
  return Object.assign(new RangeError(MARK, { cause }), { code: MARK, input: MARK, [MARK]: MARK });
}
/** A function of the service that fails at once. */
export const fails = (): never => {
  throw foreign();
};
/** One that fails with an error that looks like one of the library's own. */
export const pretends = (): never => {
  throw Object.assign(foreign(), { code: "configuration_invalid" });
};
/** One that fails later. */
export const rejects = (): Promise<never> => Promise.reject(foreign());

/** A WIT that has the mark in it, and its hidden parts. */
export async function createScene() {
  const exchange = await createExchange();
  const wit = await exchange.forgeWit({ claims: { note: MARK, jti: MARK } });
  const wpt = await exchange.wpt({ wit, claims: { note: MARK, jti: MARK } });
  return { exchange, wit, wpt };
}
export type Scene = Awaited<ReturnType<typeof createScene>>;
