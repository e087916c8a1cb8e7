import { parseSignatures, verifyMessageSignature } from "../../src/httpsig.js";
import { signResponse, verifyResponse } from "../../src/index.js";
import { type ServerResponseLike, sendResponse } from "../../src/integrations/node.js";
import { type Exchange, withLine } from "../support/response-fixtures.js";
import { AUDIENCE } from "../support/wpt-fixtures.js";
import { type Failure, fails, rejects, type Scene } from "./scene.js";
import { MARK } from "./secrets.js";

/** Responses that cannot be verified or signed, and signatures of messages. */
export function messageFailures({ exchange }: Scene): readonly Failure[] {
  const { runtime, service, key } = exchange;
  const judged = async (change: (view: Awaited<ReturnType<Exchange["answer"]>>) => object, policy = {}) => {
    const asked = await exchange.ask();
    const view = change(await exchange.answer(asked, { body: MARK, lines: [["Set-Cookie", MARK]] }));
    return verifyResponse(view as Response, asked, exchange.responsePolicy(policy));
  };
  const answered = async (body: BodyInit, headers = {}) =>
    signResponse(new Response(body, { headers }), await exchange.received(await exchange.ask()), service, {
      runtime,
      maxBodyBytes: 8,
    });
  const coded = (view: { status: number; headers: readonly (readonly [string, string])[] }): Response =>
    new Response(Buffer.from(MARK), {
      status: view.status,
      headers: [...view.headers, ["content-encoding", "gzip"]] as [string, string][],
    });
  const breaking = (): ReadableStream => new ReadableStream({ pull: fails });
  const message = new Request(AUDIENCE, { headers: { cookie: MARK } });
  const twice = new Request(AUDIENCE, {
    headers: { "signature-input": `a=("cookie");nonce="${MARK}", b=()`, signature: "a=:AAAA:, b=:AAAA:", cookie: MARK },
  });
  const unsent: ServerResponseLike = { writeHead: () => undefined, end: () => undefined };
  return [
    {
      what: "a line that is none",
      code: "response_malformed",
      fails: () => judged((view) => withLine(view, `a ${MARK}`, MARK)),
    },
    {
      what: "a status that is none",
      code: "response_malformed",
      fails: () => judged((view) => ({ ...view, status: 99 })),
    },
    {
      what: "a response that breaks off",
      code: "response_malformed",
      fails: () =>
        judged(({ status, headers }) => new Response(breaking(), { status, headers: headers as [string, string][] })),
    },
    { what: "a response that fetch has decoded", code: "response_encoding_unsupported", fails: () => judged(coded) },
    {
      what: "somebody else's response",
      code: "response_workload_unexpected",
      fails: () => judged((view) => view, { expect: fails }),
    },
    {
      what: "an expectation that rejects",
      code: "response_workload_unexpected",
      fails: () => judged((view) => view, { expect: rejects }),
    },
    {
      what: "a trust store that throws",
      code: "trust_keys_unavailable",
      fails: () => judged((view) => view, { trust: { get: fails } }),
    },
    {
      what: "a replay store that rejects",
      code: "replay_store_unavailable",
      fails: () => judged((view) => view, { replay: { claim: rejects } }),
    },
    {
      what: "a response that is too long to be signed",
      code: "response_signature_unavailable",
      fails: () => answered(MARK),
    },
    {
      what: "a stream of events",
      code: "response_signature_unavailable",
      fails: () => answered(MARK, { "content-type": `text/event-stream;${MARK}` }),
    },
    {
      what: "a response that breaks off before it is signed",
      code: "response_signature_unavailable",
      fails: () => answered(breaking()),
    },
    {
      what: "a service without a key",
      code: "credential_unavailable",
      fails: async () => {
        const request = await exchange.received(await exchange.ask());
        await sendResponse(unsent, { body: MARK }, request, exchange.verifier(), {
          credential: { current: rejects },
          runtime,
        });
      },
    },
    {
      what: "a message without a signature",
      code: "signature_missing",
      fails: () => verifyMessageSignature(message, { key: key.publicJwk }),
    },
    {
      what: "a message with two signatures",
      code: "signature_multiple",
      fails: () => verifyMessageSignature(twice, { key: key.publicJwk }),
    },
    {
      what: "a signature that is wrong",
      code: "signature_invalid",
      fails: () => verifyMessageSignature(twice, { label: "a", key: key.publicJwk }),
    },
    {
      what: "a message with fields that are none",
      code: "signature_malformed",
      fails: async () => parseSignatures(new Request(AUDIENCE, { headers: { "signature-input": `a=(${MARK}` } })),
    },
  ];
}
