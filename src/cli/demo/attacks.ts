import { encodeBase64url } from "../../base/base64url.js";
import { utf8Bytes } from "../../base/bytes.js";
import type { JsonObject } from "../../base/json.js";
import type { Runtime } from "../../base/runtime.js";
import { readCompactJws } from "../../crypto/jws.js";
import { generateKey, type Signer } from "../../crypto/signer.js";
import { contentDigest } from "../../http/content-digest.js";
import type { HeaderLine } from "../../http/message.js";
import { createMessageSignature } from "../../httpsig/message-signature.js";
import { LABEL, requestCoverage, WIMSE_TAG } from "../../httpsig/profile.js";
import { createTestIssuer } from "../../testing/test-issuer.js";
import { type Callee, callAs, type DemoAgent, ORDER, ORDER_TYPE, type SentRequest, send } from "./agent.js";
import type { Attack, Attempt } from "./outcome.js";

/** What the attackers have: the address of the service, and one honest request that they overheard. */
export interface Overheard extends Callee {
  readonly agent: DemoAgent;
  readonly sent: SentRequest;
  readonly runtime: Runtime;
}

/** Seconds by which the late agent's clock is behind: more than a signature lives. */
const LATE = 120;

/** Six requests that the service must refuse. */
export function attacksWith({ url, audience, agent, sent, runtime }: Overheard): Attack[] {
  const { wit } = agent.credential;
  const service = { url, audience };

  /** A signature made by hand, so that it can be wrong. */
  async function forged(forWit: string, signer: Signer): Promise<Attempt> {
    const body = utf8Bytes(ORDER);
    const headers: HeaderLine[] = [
      ["Workload-Identity-Token", forWit],
      ["Content-Type", ORDER_TYPE],
      ["Content-Digest", await contentDigest(body)],
    ];
    const created = Math.floor(runtime.now());
    const { signatureInput, signature } = await createMessageSignature(
      { method: "POST", target: new URL(url).pathname, headers },
      {
        components: requestCoverage(headers, "http-signature-07").map(({ name }) => name),
        parameters: {
          created,
          expires: created + 60,
          nonce: encodeBase64url(runtime.randomBytes(16)),
          tag: WIMSE_TAG,
          "wimse-aud": audience,
        },
        label: LABEL,
        signer,
      },
    );
    const signed: HeaderLine[] = [...headers, ["Signature-Input", signatureInput], ["Signature", signature]];
    return { received: await send({ method: "POST", url, headers: signed, body: new Uint8Array(body) }) };
  }

  const attacks: Omit<Attack, "refusedBy">[] = [
    {
      name: "stolen WIT",
      story: "a thief has the WIT but not its key, and signs with another",
      expected: "signature_invalid",
      attempt: async () => forged(wit, await generateKey()),
    },
    {
      name: "replay",
      story: "the honest request once more, byte for byte",
      expected: "signature_replayed",
      attempt: async () => ({ received: await send(sent) }),
    },
    {
      name: "other audience",
      story: "another service passes on a call that the agent meant for it",
      expected: "signature_audience_mismatch",
      attempt: () => {
        const other = { url: "https://other.example/orders", audience: "https://other.example" };
        return callAs(agent.credential, other, runtime, (meant) => send(meant, url));
      },
    },
    {
      name: "tampered claim",
      story: "the agent writes another name into its WIT, and signs with the key in it",
      expected: "wit_signature_invalid",
      attempt: () => forged(renamed(wit, "admin"), agent.key),
    },
    {
      name: "foreign issuer",
      story: "a sound WIT and a sound signature, of a trust domain that nobody configured",
      expected: "wit_trust_domain_unknown",
      attempt: async () => {
        const elsewhere = await createTestIssuer("wimse://elsewhere.example", { runtime });
        return callAs(await elsewhere.credential("wimse://elsewhere.example/agent"), service, runtime);
      },
    },
    {
      name: "expired proof",
      story: `the agent's own signature, made ${LATE} seconds ago for one minute`,
      expected: "signature_expired",
      attempt: () => {
        const late: Runtime = { ...runtime, now: () => runtime.now() - LATE };
        return callAs(agent.credential, service, late);
      },
    },
  ];
  return attacks.map((attack) => ({ ...attack, refusedBy: "service" }));
}

/** The WIT with the last segment of its subject changed, under the signature of the original. */
function renamed(wit: string, name: string): string {
  const { claims } = readCompactJws(wit, "wit");
  const [header = "", , signature = ""] = wit.split(".");
  const changed: JsonObject = { ...claims, sub: String(claims["sub"]).replace(/[^/]+$/, name) };
  return [header, encodeBase64url(utf8Bytes(JSON.stringify(changed))), signature].join(".");
}
