import { configurationInvalid } from "../base/errors.js";
import { dropRejection } from "../base/runtime.js";

/** What an audience may be worked out from: never a header, since `Host` is whatever the sender writes. */
export interface RequestTarget {
  readonly method: string;
  /** The path as received, without query; `*` for `OPTIONS *`. */
  readonly path: string;
}

/** Who this service is: one name, several, or those that stand for a target. */
export type Audience = string | readonly string[] | ((target: RequestTarget) => readonly string[]);

/**
 * The audience of a service that is addressed by its target URI: `base` followed by the path of the request, as it was
 * received. A base with a path stands for a service behind a proxy that strips that path; with WPTs only, since a signature
 * covers the path and does not survive it.
 *
 * @example
 * ```ts
 * import { targetUriAt } from "wimse";
 *
 * const audience = targetUriAt("https://example.com/tools") as Function;
 * console.log(audience({ method: "GET", path: "/search" })[0]); // https://example.com/tools/search
 * ```
 *
 * @throws TypeError `configuration_invalid`: not an http or https URI without query and fragment
 */
export function targetUriAt(base: string): Audience {
  const prefix = typeof base === "string" ? base.replace(/\/$/, "") : "";
  // What a client's URL parser would write otherwise could never be matched byte for byte.
  if (!/^https?:\/\/[^/?#@]+(\/[^?#]*)?$/.test(prefix) || !URL.canParse(prefix) || !isAsWritten(prefix)) {
    throw configurationInvalid("targetUriAt: an http or https URI as clients write it, without query and fragment");
  }
  return ({ path }) => [path === "*" ? prefix : prefix + path];
}

function isAsWritten(uri: string): boolean {
  const { href } = new URL(uri);
  return href === uri || href === `${uri}/`;
}

/** The caller's audience as a function, checked. */
export function audienceFunction(audience: Audience): (target: RequestTarget) => readonly string[] {
  if (typeof audience === "function") {
    return (target) => {
      const names = audience(target);
      dropRejection(names); // what an async function answers is no list of names
      return requireNames(names);
    };
  }
  const names = [...requireNames(typeof audience === "string" ? [audience] : audience)];
  if (names.length === 0) throw configurationInvalid("audience: at least one name is required"); // WPT-3.1.7.03
  return () => names;
}

function requireNames(names: readonly string[]): readonly string[] {
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string" && name !== "")) {
    throw configurationInvalid("audience: a non-empty string, or an array of them, is required"); // WPT-3.1.7.03
  }
  return names;
}
