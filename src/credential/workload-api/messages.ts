import { utf8Text } from "../../base/bytes.js";
import { SourceFailure } from "../source-state.js";
import { required } from "./grpc.js";

type Wire = typeof import("@bufbuild/protobuf/wire");
type Reader = InstanceType<Wire["BinaryReader"]>;

/** An identity as the Workload API delivers it (SPIFFE Workload API section 7.2.1). */
export interface WitSvidMessage {
  readonly spiffeId: string;
  readonly witSvid: string;
  readonly witSvidKey: string;
  readonly hint: string;
}

/** Reads and writes the messages of the WIT profile. */
export interface Messages {
  witSvidRequest(spiffeId: string | undefined): Uint8Array;
  /** @throws SourceFailure `message_malformed` */
  witSvids(message: Uint8Array): WitSvidMessage[];
  /** Trust domain SPIFFE IDs and their JWK Sets. @throws SourceFailure `message_malformed` */
  witBundles(message: Uint8Array): Map<string, string>;
}

/** No workload has more identities, and no federation more trust domains, than somebody has set up. */
const MAX_SVIDS = 1000;
const MAX_BUNDLES = 10_000;

const LENGTH_DELIMITED = 2;

/** Gets the reader of protocol buffers, which is an optional peer. */
export async function loadMessages(
  load: () => Promise<Wire> = () => import("@bufbuild/protobuf/wire"),
): Promise<Messages> {
  const { BinaryReader, BinaryWriter } = await required("@bufbuild/protobuf", load);
  const readerOf = (message: Uint8Array): Reader => new BinaryReader(message, strictText);
  return Object.freeze({
    witSvidRequest(spiffeId: string | undefined) {
      const writer = new BinaryWriter();
      // WLAPI-7.2.1.01: left out, it asks for every identity
      return spiffeId === undefined
        ? writer.finish()
        : writer
            .uint32((1 << 3) | LENGTH_DELIMITED)
            .string(spiffeId)
            .finish();
    },
    witSvids(message: Uint8Array) {
      return sound(() => {
        const svids: WitSvidMessage[] = [];
        eachField(readerOf(message), {
          1: (outer) => {
            const svid = readSvid(readerOf(outer.bytes()));
            // WLAPI-4.5.02, WLAPI-7.2.1.02, WLAPI-7.2.1.03: a mandatory field that is not there spoils the message
            const whole = svid.spiffeId !== "" && svid.witSvid !== "" && svid.witSvidKey !== "";
            if (!whole || svids.push(svid) > MAX_SVIDS) throw new SourceFailure("message_malformed");
          },
        });
        return svids.length > 0 ? svids : undefined;
      });
    },
    witBundles(message: Uint8Array) {
      return sound(() => {
        const bundles = new Map<string, string>();
        eachField(readerOf(message), {
          1: (outer) => {
            const { name, text } = readBundle(readerOf(outer.bytes()));
            const whole = name !== "" && text !== ""; // WLAPI-4.5.02
            if (!whole || bundles.set(name, text).size > MAX_BUNDLES) throw new SourceFailure("message_malformed");
          },
        });
        return bundles.size > 0 ? bundles : undefined;
      });
    },
  });
}

/** Text that is not UTF-8 is refused, where the reader by itself would repair it. */
function strictText(text: Uint8Array): string {
  const decoded = utf8Text(text);
  if (decoded === undefined) throw new SourceFailure("message_malformed");
  return decoded;
}

/** What a message says; one failure for everything that is wrong with it. */
function sound<T>(read: () => T | undefined): T {
  let value: T | undefined;
  try {
    value = read();
  } catch {
    // what the reader says may quote the message
  }
  if (value === undefined) throw new SourceFailure("message_malformed");
  return value;
}

/** Walks over the fields of a message; those without a reader are skipped, as are those of another wire type. */
function eachField(reader: Reader, readers: { readonly [field: number]: (reader: Reader) => void }): void {
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    const read = wireType === LENGTH_DELIMITED && Object.hasOwn(readers, field) ? readers[field] : undefined;
    if (read === undefined) reader.skip(wireType, field);
    else read(reader);
  }
}

// WLAPI-7.2.1.03: the numbers of the fields
function readSvid(reader: Reader): WitSvidMessage {
  const svid = { spiffeId: "", witSvid: "", witSvidKey: "", hint: "" };
  eachField(reader, {
    1: (field) => {
      svid.spiffeId = field.string();
    },
    2: (field) => {
      svid.witSvid = field.string();
    },
    3: (field) => {
      svid.witSvidKey = field.string();
    },
    4: (field) => {
      svid.hint = field.string();
    },
  });
  return svid;
}

// WLAPI-7.2.2.02: a map of strings, each entry a message with a key and a value
function readBundle(reader: Reader): { name: string; text: string } {
  const entry = { name: "", text: "" };
  eachField(reader, {
    1: (field) => {
      entry.name = field.string();
    },
    2: (field) => {
      entry.text = field.string();
    },
  });
  return entry;
}
