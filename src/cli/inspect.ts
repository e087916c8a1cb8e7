import { existsSync } from "node:fs";
import type { Command } from "commander";
import { configurationInvalid } from "../base/errors.js";
import { printable } from "../base/text.js";
import { type InspectedRequest, inspectRequest } from "./inspect-request.js";
import { type InspectedContent, signatureLines } from "./inspect-signature.js";
import { type DecodedToken, decodeToken, tokenLines } from "./inspect-token.js";
import { type Cli, type CommandIo, readBytes, writeJson, writeLines } from "./io.js";
import { withJson } from "./options.js";
import { parseRawRequest } from "./raw-request.js";
import { type Style, styleFor } from "./style.js";

export function addInspect(program: Command, cli: Cli): void {
  withJson(
    program
      .command("inspect")
      .description("show what a token or a raw HTTP request says, without verifying any of it")
      .argument("<input>", "a token, a file with a token or a raw HTTP request, or - for standard input")
      .addHelpText("after", "\nExample:\n  $ wimse inspect agent.wit"),
  ).action((input: string, { json }: { json?: boolean }) => inspect(input, json === true, cli));
}

/** Three parts with dots between them, and nothing that a request line or a file name of another kind has. */
const TOKEN = /^[\w-]*\.[\w-]*\.[\w-]*$/;

async function inspect(input: string, json: boolean, { io }: Cli): Promise<void> {
  const bytes = await inputBytes(input, io);
  const text = Buffer.from(bytes).toString("latin1").trim();
  const now = io.runtime.now();
  const style = styleFor(io.stdout, io);
  if (TOKEN.test(text)) {
    const token = await decodeToken(text, "wit", now);
    return json ? writeJson(io, { ...token, verified: false }) : writeLines(io, wholeToken(token, style));
  }
  const request = await inspectRequest(parseRawRequest(bytes), now);
  return json ? writeJson(io, { ...request, verified: false }) : writeLines(io, wholeRequest(request, style));
}

async function inputBytes(input: string, io: CommandIo): Promise<Uint8Array> {
  if (input === "-" || existsSync(input)) return readBytes(input, "the input", io);
  if (TOKEN.test(input)) return Buffer.from(input);
  throw configurationInvalid("inspect: neither a file nor a token");
}

function wholeToken(token: DecodedToken, style: Style): string[] {
  return [`${style.strong(token.title)}, decoded, ${style.bad("not verified")}`, ...tokenLines(token, style, "  ")];
}

function wholeRequest(request: InspectedRequest, style: Style): string[] {
  const { method, target, headers, tokens, signatures, signatureNote, content } = request;
  return [
    `${style.strong(printable(`${method} ${target}`))}, decoded, ${style.bad("not verified")}`,
    `  ${headers.length} header lines: ${printable(headers.join(", "))}`,
    ...(content === undefined ? [] : [`  ${contentText(content, style)}`]),
    ...tokens.flatMap(({ field, note, token }) => [
      "",
      `${style.name(field)}  ${token?.title ?? ""}${note === undefined ? "" : style.bad(note)}`,
      ...(token === undefined ? [] : tokenLines(token, style, "  ")),
    ]),
    ...signatures.flatMap((signature) => [
      "",
      `${style.name("Signature")}  ${printable(signature.label)}`,
      ...signatureLines(signature, style, "  "),
    ]),
    ...(signatureNote === undefined ? [] : ["", `${style.name("Signature")}  ${style.bad(signatureNote)}`]),
  ];
}

function contentText({ bytes, digest }: InspectedContent, style: Style): string {
  const size = `${bytes} ${bytes === 1 ? "byte" : "bytes"} of content`;
  if (digest === "none") return `${size}, without a Content-Digest`;
  return `${size}, Content-Digest ${digest === "matches" ? digest : style.bad(digest)}`;
}
