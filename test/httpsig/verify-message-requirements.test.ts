import { describe, expect, it } from "vitest";
import type { MessageSignature, VerifyMessageSignatureOptions } from "wimse/httpsig";
import type { HttpRequestView } from "../../src/http/message.js";
import { requestView, responseView, withLines } from "./support.js";
import { later, NOW, outcome, signed } from "./verify-message-support.js";

describe("what is required (R9421-3.2.03)", () => {
  it("coverage, by whole identifiers (R9421-3.2.1.01, R9421-7.2.1.01, R9421-7.2.7.01)", async () => {
    const request = requestView();
    const components = ["@status", '"content-type";req;bs', '"@query-param";name="a";req'];
    const response = await signed(responseView(), {
      components,
      request: { ...request, headers: [["Content-Type", "a"]] },
    });
    const context = { request: { ...request, headers: [["Content-Type", "a"] as const] } };
    const required = (...names: string[]) => outcome(response, { ...context, components: names });
    expect(await required()).toBe("accepted");
    expect(await required(...components)).toBe("accepted");
    expect(await required('"content-type";bs;req', '"@query-param";req;name="a"')).toBe("accepted");
    for (const name of ["content-type", '"content-type";req', '"content-type";bs', "@method", '"@method";req']) {
      expect(await required(name)).toBe("signature_component_missing");
    }
    expect(await required('"@query-param";name="b";req')).toBe("signature_component_missing");
    expect(await required("@status", "x-a")).toBe("signature_component_missing");
  });

  it("parameters (R9421-3.2.1.01)", async () => {
    const request = await signed(requestView(), { parameters: { nonce: "n", "x-y": false } });
    expect(await outcome(request, { parameters: ["created", "nonce", "x-y"] })).toBe("accepted");
    for (const name of ["expires", "tag", "x-z", "constructor"]) {
      expect(await outcome(request, { parameters: ["nonce", name] })).toBe("signature_parameter_missing");
    }
  });

  it("its time (R9421-7.2.2.01)", async () => {
    const request = await signed(requestView(), { parameters: { expires: NOW + 60 } });
    expect(await outcome(request, { runtime: later(64.9) })).toBe("accepted");
    expect(await outcome(request, { runtime: later(65) })).toBe("signature_expired");
    expect(await outcome(request, { runtime: later(60), clockTolerance: 0 })).toBe("signature_expired");
    expect(await outcome(request, { runtime: later(100), clockTolerance: 120 })).toBe("accepted");
    expect(await outcome(request, { runtime: later(-5) })).toBe("accepted");
    expect(await outcome(request, { runtime: later(-5.1) })).toBe("signature_not_yet_valid");
    expect(await outcome(request, { runtime: later(-1), clockTolerance: 0 })).toBe("signature_not_yet_valid");
  });

  it("its age, which needs created (R9421-3.2.1.01)", async () => {
    const request = await signed(requestView());
    expect(await outcome(request, { runtime: later(1e8) })).toBe("accepted");
    expect(await outcome(request, { runtime: later(35), maxAge: 30 })).toBe("accepted");
    expect(await outcome(request, { runtime: later(35.1), maxAge: 30 })).toBe("signature_expired");
    expect(await outcome(request, { runtime: later(0.1), maxAge: 0, clockTolerance: 0 })).toBe("signature_expired");
    const undated = withLines(["Signature-Input", "a=()"], ["Signature", "a=:AA==:"]);
    expect(await outcome(undated, { maxAge: 30 })).toBe("signature_parameter_missing");
    expect(await outcome(undated)).toBe("signature_invalid");
  });

  it("the first failing check names the code; the key is looked for last", async () => {
    const asked: string[] = [];
    const key = ({ label }: MessageSignature) => {
      asked.push(label);
      return undefined;
    };
    const request = await signed(withLines(["A", "b"]), { components: ["a"], parameters: { expires: NOW } });
    const { headers } = request;
    const run = (changes: Partial<HttpRequestView>, options: Partial<VerifyMessageSignatureOptions>) =>
      outcome({ ...request, ...changes }, { key, ...options });
    const all = { parameters: ["nonce"], runtime: later(5), components: ["@method"] };
    const absent = { headers: headers.filter(([name]) => name !== "A") };
    expect(await run(absent, all)).toBe("signature_parameter_missing");
    expect(await run(absent, { ...all, parameters: [] })).toBe("signature_expired");
    expect(await run(absent, { components: ["@method"] })).toBe("signature_component_missing");
    expect(await run(absent, {})).toBe("signature_component_invalid");
    expect(asked).toEqual([]);
    expect(await run({}, {})).toBe("signature_invalid");
    expect(asked).toEqual(["sig1"]);
  });
});
