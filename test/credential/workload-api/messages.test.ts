import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SourceFailure } from "../../../src/credential/source-state.js";
import { loadGrpc } from "../../../src/credential/workload-api/grpc.js";
import { loadMessages } from "../../../src/credential/workload-api/messages.js";
import { caughtFrom, expectMistake } from "../../support/wit-fixtures.js";
import { bundleMessage, svidMessage } from "../../support/workload-api-server.js";

const messages = await loadMessages();
const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
const any = fc.string({ unit: "grapheme", maxLength: 40 });

describe("the messages of the WIT profile: WLAPI-7.1.01", () => {
  it("WLAPI-7.2.1.03: entries are read as they were written", () => {
    const entry = fc.record({ spiffeId: text, witSvid: text, witSvidKey: text, hint: any });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), (entries) => {
        expect(messages.witSvids(svidMessage(...entries))).toEqual(entries);
      }),
    );
  });

  it("WLAPI-7.2.2.02: so are bundles, of which the last of a name counts", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }), (entries) => {
        const whole = entries.map(([name, bundle]) => bundleMessage({ [name]: bundle }));
        expect([...messages.witBundles(Buffer.concat(whole))]).toEqual([...new Map(entries)]);
      }),
    );
  });

  it("WLAPI-7.2.1.01: a request says which identity is meant, or nothing", () => {
    expect(messages.witSvidRequest(undefined)).toHaveLength(0);
    const reader = new BinaryReader(messages.witSvidRequest("spiffe://example.org/a"));
    expect(reader.tag()).toEqual([1, 2]);
    expect(reader.string()).toBe("spiffe://example.org/a");
    expect(reader.pos).toBe(reader.len);
  });

  it("whatever the bytes, the answer is a message or one failure, and soon", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        for (const read of [messages.witSvids, messages.witBundles]) {
          try {
            read(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(SourceFailure);
            expect(error).toMatchObject({ failure: "message_malformed", message: "message_malformed" });
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, number[]]>([
    ["a length beyond the end", [0x0a, 0xff, 0xff, 0xff, 0xff, 0x07]],
    ["a length that overflows", [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ["a tag without a field", [0x00]],
    ["a wire type that there is not", [0x0f]],
    ["a group without an end", [0x0b]],
    ["groups in groups, without end", new Array<number>(5000).fill(0x0b)],
  ])("%s is malformed", async (_what, bytes) => {
    for (const read of [messages.witSvids, messages.witBundles]) {
      expect(await caughtFrom(() => read(Uint8Array.from(bytes)))).toMatchObject({ failure: "message_malformed" });
    }
  });

  const lengthDelimited = (field: number, ...bytes: number[]) => [(field << 3) | 2, bytes.length, ...bytes];
  const varint = (field: number) => [field << 3, 0];
  const BROKEN = [0xff, 0xfe];
  const whole = [1, 2, 3].flatMap((field) => lengthDelimited(field, 0x61));

  it.each<[string, number[]]>([
    ["spiffe_id", [...whole, ...lengthDelimited(1, ...BROKEN)]],
    ["wit_svid", [...whole, ...lengthDelimited(2, ...BROKEN)]],
    ["wit_svid_key", [...whole, ...lengthDelimited(3, ...BROKEN)]],
    ["hint", [...whole, ...lengthDelimited(4, ...BROKEN)]],
  ])("text that is not UTF-8 is never repaired, whatever is sound beside it: %s", async (_what, entry) => {
    expect(messages.witSvids(Uint8Array.from(lengthDelimited(1, ...whole)))).toHaveLength(1);
    const message = Uint8Array.from(lengthDelimited(1, ...entry));
    expect(await caughtFrom(() => messages.witSvids(message))).toMatchObject({ failure: "message_malformed" });
  });

  it("text that is not UTF-8 is never repaired, whatever is sound beside it: a bundle or its name", async () => {
    const sound = [...lengthDelimited(1, 0x61), ...lengthDelimited(2, 0x62)];
    for (const field of [1, 2]) {
      const message = Uint8Array.from(lengthDelimited(1, ...sound, ...lengthDelimited(field, ...BROKEN)));
      expect(await caughtFrom(() => messages.witBundles(message))).toMatchObject({ failure: "message_malformed" });
    }
  });

  it("a field of another wire type is skipped like one that is not known, and the others are read", () => {
    const others = [1, 2, 3, 4].flatMap(varint);
    const svids = Uint8Array.from([...varint(1), ...lengthDelimited(1, ...whole, ...others), ...varint(1)]);
    expect(messages.witSvids(svids)).toEqual([{ spiffeId: "a", witSvid: "a", witSvidKey: "a", hint: "" }]);
    const entry = [...lengthDelimited(1, 0x61), ...lengthDelimited(2, 0x62), ...varint(1), ...varint(2)];
    const bundles = Uint8Array.from([...varint(1), ...lengthDelimited(1, ...entry)]);
    expect([...messages.witBundles(bundles)]).toEqual([["a", "b"]]);
  });

  it("more than 1000 identities or 10000 trust domains are refused", async () => {
    const entry = svidMessage({ spiffeId: "a", witSvid: "b", witSvidKey: "c" });
    const times = (count: number) => Buffer.concat(new Array<Uint8Array>(count).fill(entry));
    expect(messages.witSvids(times(1000))).toHaveLength(1000);
    expect(await caughtFrom(() => messages.witSvids(times(1001)))).toMatchObject({ failure: "message_malformed" });
    const bundles = (count: number) => {
      const writer = new BinaryWriter();
      for (let i = 0; i < count; i++) writer.raw(bundleMessage({ [`d${i}`]: "x" }));
      return writer.finish();
    };
    expect(messages.witBundles(bundles(10_000)).size).toBe(10_000);
    expect(await caughtFrom(() => messages.witBundles(bundles(10_001)))).toMatchObject({
      failure: "message_malformed",
    });
  });
});

it("a package that is not installed is named", async () => {
  const missing = () => Promise.reject(new Error("Cannot find package"));
  await expectMistake(loadGrpc(missing), /^spiffeWorkloadApi: it needs the package @grpc\/grpc-js; install it/);
  await expectMistake(
    loadMessages(missing),
    /^spiffeWorkloadApi: it needs the package @bufbuild\/protobuf; install it/,
  );
});
