import { calculateJwkThumbprint, type JWK } from "jose";
import { isJsonObject, type JsonObject } from "../base/json.js";
import { columns, printable } from "../base/text.js";
import { sha256Base64url } from "../crypto/digest.js";
import { checkTokenSize, isMediaType, readCompactJws } from "../crypto/jws.js";
import type { Style } from "./style.js";
import { isoTime, timeInWords } from "./times.js";

/** A token as it is shown: nothing of it is verified. */
export interface DecodedToken {
  readonly kind: "wit" | "wpt" | "other";
  readonly title: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** Claims in words: times as of now, hashes by what they are of. */
  readonly notes: Readonly<Record<string, string>>;
  /** base64url SHA-256 of the token: what `wth`, `tth` and `oth` hold. */
  readonly sha256: string;
  /** RFC 7638 thumbprint of the key in `cnf`, if there is one. */
  readonly thumbprint?: string;
}

/**
 * Decodes a token strictly.
 *
 * @param kind what it should be, for the code of the error
 * @throws WimseError `wit_too_large`, `wit_malformed`, or those of a WPT
 */
export async function decodeToken(token: string, kind: "wit" | "wpt", now: number): Promise<DecodedToken> {
  checkTokenSize(token, kind);
  const { header, claims } = readCompactJws(token, kind);
  const thumbprint = await thumbprintOf(claims["cnf"]);
  const times = Object.keys(claims).flatMap((name) => {
    const words = timeInWords(name, claims[name], now);
    return words === undefined ? [] : [[name, words] as const];
  });
  return {
    ...kindOf(header["typ"]),
    header,
    claims,
    notes: Object.fromEntries(times),
    sha256: sha256Base64url(token),
    ...(thumbprint !== undefined && { thumbprint }),
  };
}

function kindOf(typ: unknown): Pick<DecodedToken, "kind" | "title"> {
  if (isMediaType(typ, "wit+jwt")) return { kind: "wit", title: "Workload Identity Token" };
  if (isMediaType(typ, "wpt+jwt")) return { kind: "wpt", title: "Workload Proof Token" };
  return { kind: "other", title: "a token of another type" };
}

async function thumbprintOf(cnf: unknown): Promise<string | undefined> {
  const jwk = isJsonObject(cnf) ? cnf["jwk"] : undefined;
  try {
    return isJsonObject(jwk) ? await calculateJwkThumbprint(jwk as JWK) : undefined;
  } catch {
    return undefined; // no sound key; the claim itself is shown
  }
}

/** Header, claims and hash of a token, one a line. */
export function tokenLines(
  { header, claims, notes, sha256, thumbprint }: DecodedToken,
  style: Style,
  indent: string,
): string[] {
  const claimRows = Object.entries(claims).map(([name, value]) => [
    name,
    // A claim may be called `constructor`, and then it has no note.
    claimText(name, value, Object.hasOwn(notes, name) ? notes[name] : undefined, thumbprint),
  ]);
  return [
    `${indent}${style.name("header")}`,
    ...rowLines(
      Object.entries(header).map(([name, value]) => [name, valueText(value)]),
      indent,
    ),
    `${indent}${style.name("claims")}`,
    ...rowLines(claimRows, indent),
    `${indent}${style.name("sha-256")}  ${sha256}`,
  ];
}

function rowLines(rows: readonly (readonly string[])[], indent: string): string[] {
  return columns(
    rows.map(([name = "", text = ""]) => [printable(name), text]),
    `${indent}  `,
  );
}

function claimText(name: string, value: unknown, words: string | undefined, thumbprint: string | undefined): string {
  if (words !== undefined) {
    const date = typeof value === "number" ? `${isoTime(value) ?? "no date"}, ` : "";
    return `${valueText(value)}  ${date}${words}`;
  }
  if (name === "cnf" && thumbprint !== undefined) {
    const { alg } = (value as { jwk: JsonObject }).jwk;
    return `${valueText(alg)} key, thumbprint ${thumbprint}`;
  }
  return valueText(value);
}

function valueText(value: unknown): string {
  return printable(typeof value === "string" ? value : (JSON.stringify(value) ?? "none"));
}
