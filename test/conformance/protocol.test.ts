import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../src/conformance/version.js";
import { createTarget } from "../../src/conformance.js";
import { ask, CONTEXT, newRequest, perform } from "./support.js";

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("the greeting", () => {
  it("names the protocol, the implementation and what it can do", async () => {
    expect(await ask(createTarget(), { hello: "wimse-target/v1" })).toEqual({
      hello: "wimse-target/v1",
      name: "wimse",
      version: VERSION,
      operations: [
        "parseIdentifier",
        "verifyWit",
        "verifyRequest",
        "verifyResponse",
        "issueWit",
        "signWpt",
        "signRequest",
        "signResponse",
        "signatureBase",
        "contentDigest",
        "verifyContentDigest",
        "parseBundle",
      ],
      specs: [
        "draft-ietf-wimse-workload-creds-03",
        "draft-ietf-wimse-wpt-02",
        "draft-ietf-wimse-http-signature-07",
        "draft-ietf-wimse-identifier",
        "spiffe-id",
        "spiffe-wit-svid",
        "spiffe-bundle",
        "rfc9421",
        "rfc9530",
      ],
    });
  });

  it("echoes an id if there is one", async () => {
    expect(await ask(createTarget(), { hello: "wimse-target/v1", id: 7 })).toMatchObject({ id: 7, name: "wimse" });
  });

  it("refuses another version of the protocol", async () => {
    expect(await ask(createTarget(), { hello: "wimse-target/v2", id: 7 })).toMatchObject({ id: 7, result: "error" });
  });

  it("states the version of package.json", () => {
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(VERSION).toBe(manifest.version);
  });
});

describe("answers", () => {
  it.each([["7"], [7], [null], [{ a: 1 }], [[1, "2"]], [false]])("echo the id %j", async (id) => {
    const answer = await ask(createTarget(), { id, op: "parseIdentifier", input: { uri: "wimse://example.com/a" } });
    expect(answer).toMatchObject({ id, result: "accept" });
  });

  it("have a null id where the request has none", async () => {
    expect(await ask(createTarget(), { op: "nothing" })).toEqual({ id: null, result: "unsupported" });
  });

  it("come in the order of the requests, whatever each of them takes", async () => {
    const target = createTarget();
    const order: unknown[] = [];
    const request = await newRequest();
    await Promise.all(
      [request, request, { uri: "x" }, request].map(async (input, id) => {
        const op = "uri" in input ? "parseIdentifier" : "verifyRequest";
        const answer = await ask(target, { id, op, context: CONTEXT, input });
        order.push([answer.id, answer.code ?? answer.result]);
      }),
    );
    expect(order).toEqual([
      [0, "accept"],
      [1, "wpt_replayed"],
      [2, "identifier_malformed"],
      [3, "wpt_replayed"],
    ]);
  });

  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["a JSON array", "[]"],
    ["null", "null"],
    ["a message of no kind", '{"id":1}'],
    ["reset: false", '{"reset":false}'],
    ["an op that is no string", '{"op":5}'],
    ["a context that is no object", '{"op":"verifyWit","context":[]}'],
    ["an input that is no object", '{"op":"verifyWit","input":"x"}'],
    ["an input of null members", '{"op":"verifyWit","input":{"wit":null}}'],
    ["deep nesting", `{"op":"verifyWit","context":{"now":1,"trust":${nested(50_000)}},"input":{"wit":""}}`],
    ["a deep id", `{"id":${nested(50_000)},"op":"verifyWit"}`],
    [
      "a deep policy",
      `{"op":"verifyRequest","context":{"now":1,"policy":{"proofs":["wpt"],"allow":${nested(50_000)}}}}`,
    ],
  ])("are an error, and not a failure, for %s", async (_what, line) => {
    const target = createTarget();
    const answer = await ask(target, line);
    expect(answer).toEqual({ id: answer.id, result: "error", message: expect.any(String) });
    expect(answer.message).not.toMatch(/\n| at /);
    expect(await ask(target, { op: "parseIdentifier", input: { uri: "wimse://example.com/a" } })).toMatchObject({
      result: "accept",
    });
  });

  it.each([
    ['{"id":1}', "a message has hello, op or reset"],
    ['{"op":5}', "a message has hello, op or reset"],
    ["[]", "a line is one JSON object"],
    ['{"op":"parseIdentifier","context":[],"input":{"uri":"wimse://example.com/a"}}', "context and input are objects"],
    ['{"op":"parseIdentifier","context":5,"input":{"uri":"wimse://example.com/a"}}', "context and input are objects"],
    ['{"op":"verifyContentDigest","input":[]}', "context and input are objects"],
    ['{"op":"contentDigest","input":"x"}', "context and input are objects"],
  ])("say what is wrong with the message %s", async (line, message) => {
    expect(await ask(createTarget(), line)).toMatchObject({ result: "error", message });
  });

  it("are given for lines of many megabytes", async () => {
    const uri = `wimse://example.com/${"a".repeat(20_000_000)}`;
    expect(await perform("parseIdentifier", {}, { uri })).toMatchObject({ code: "identifier_too_long" });
  });

  it.each(["verifyCertificate", "toString", "__proto__"])("say that %s is unsupported", async (op) => {
    expect(await perform(op, {}, {})).toEqual({ id: 1, result: "unsupported" });
  });
});
