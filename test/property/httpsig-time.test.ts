import { describe, expect, it } from "vitest";
import { buildSignatureBase, parseSignatures } from "wimse/httpsig";
import type { HeaderLine } from "../../src/http/message.js";
import { codeOf } from "../httpsig/support.js";

describe("64 KiB cost linear time", () => {
  const KIB64 = 65536;
  const many = (piece: string): string => piece.repeat(Math.ceil(KIB64 / piece.length)).slice(0, KIB64);
  /** The least of a few, so that a busy machine does not count. */
  const cost = (run: () => unknown): number => {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 5; i++) {
      const start = process.hrtime.bigint();
      run();
      least = Math.min(least, Number(process.hrtime.bigint() - start) / 1e6);
    }
    return least;
  };
  const LIMIT = 250; // milliseconds; what is quadratic takes many times as long

  const field = (value: string, component: string) => () =>
    codeOf(() => buildSignatureBase({ method: "GET", target: "/", headers: [["X-A", value]] }, [component], {}));
  const query = (value: string) => () => {
    const components = Array.from({ length: 64 }, (_, index) => `"@query-param";name="a${index}"`);
    return codeOf(() => buildSignatureBase({ method: "GET", target: `/?${value}`, headers: [] }, components, {}));
  };
  const input = (value: string) => () =>
    codeOf(() =>
      parseSignatures({
        status: 200,
        headers: [
          ["Signature-Input", value],
          ["Signature", "a=::"],
        ],
      }),
    );
  const keys = Array.from({ length: 64 }, (_, index) => `"x-a";key="k${index}"`);

  it.each<[string, () => unknown]>([
    ["white space without a fold", field(`a${many(" ")}b`, "x-a")],
    ["white space before a line feed", field(`a${many(" ")}\n`, "x-a")],
    ["folds", field(many("\r\n "), "x-a")],
    ["white space between folds", field(many(`${" ".repeat(1000)}\r\n`), "x-a")],
    ["commas", field(many(","), "x-a")],
    ["a list under bs", field(many("a,"), '"x-a";bs')],
    ["quotes in a dictionary", field(`a="${many('\\"')}"`, '"x-a";key="a"')],
    [
      "64 members of one dictionary",
      () => {
        const value = keys.map((_, index) => `k${index}=1`).join(", ") + ", z".repeat(21_000);
        const view = { method: "GET", target: "/", headers: [["X-A", value]] as HeaderLine[] };
        expect(codeOf(() => buildSignatureBase(view, keys, {}))).toBe("accepted");
      },
    ],
    ["parameters of a query", query(`${many("b&")}a0=1`)],
    ["one parameter of a query, often", query(many("a0&"))],
    ["percent signs", query(many("%"))],
    ["an authority", field(many("a."), "x-a")],
    ["components", input(`a=(${many('"b" ')})`)],
    ["parameters of a component", input(`a=("b"${many(";c")})`)],
    ["signature parameters", input(`a=()${many(";c")}`)],
    ["labels", input(many("a=(),"))],
    ["spaces in a list", input(`a=(${many(" ")}`)],
    ["an unterminated string", input(`a=("${many("b")}`)],
    ["backslashes", input(`a=("${many("\\\\")}`)],
    [
      "a long value",
      () => codeOf(() => parseSignatures({ status: 200, headers: [["Signature", `a=:${many("A")}:`]] })),
    ],
    [
      "a host",
      () => {
        const headers: HeaderLine[] = [["Host", `${many("a.")}@`]];
        expect(codeOf(() => buildSignatureBase({ method: "GET", target: "/", headers }, ["@authority"], {}))).toBe(
          "signature_component_invalid",
        );
      },
    ],
    [
      "a target in absolute form",
      () => {
        const view = { method: "GET", target: many("a:"), headers: [] };
        expect(codeOf(() => buildSignatureBase(view, ["@path"], {}))).toBe("signature_component_invalid");
      },
    ],
  ])("%s", (_what, run) => {
    expect(cost(run)).toBeLessThan(LIMIT);
  });
});
