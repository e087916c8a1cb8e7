import { encodeBase64url } from "../../base/base64url.js";
import { utf8Bytes } from "../../base/bytes.js";
import type { WimseErrorCode } from "../../base/errors.js";
import type { JsonObject } from "../../base/json.js";
import type { Runtime } from "../../base/runtime.js";
import { sha256Base64url } from "../../crypto/digest.js";
import { readCompactJws, signCompactJws } from "../../crypto/jws.js";
import { generateKey, type Signer } from "../../crypto/signer.js";
import { createTestIssuer } from "../../testing/test-issuer.js";
import { jsonObject } from "../io.js";
import { callAs, type DemoAgent, type SentRequest } from "./agent.js";
import type { AttackOutcome } from "./story.js";

/** An attempt to get through, over a real connection. */
export interface Attack {
  readonly name: string;
  readonly story: string;
  /** The code with which it must be refused. */
  readonly expected: WimseErrorCode;
  attempt(): Promise<Response>;
}

/** What the attackers have: the address of the service, and one honest request that they overheard. */
export interface Overheard {
  readonly url: string;
  readonly agent: DemoAgent;
  readonly sent: SentRequest;
  readonly runtime: Runtime;
}

/** Seconds by which the late agent's clock is behind: more than a proof lives. */
const LATE = 120;

export function attacksWith({ url, agent, sent, runtime }: Overheard): Attack[] {
  const { wit } = agent.credential;

  /** A proof made by hand, so that it can be wrong. */
  async function forgedHeaders(forWit: string, key: Signer): Promise<[string, string][]> {
    const claims = {
      aud: url,
      exp: Math.floor(runtime.now()) + 60,
      jti: encodeBase64url(runtime.randomBytes(16)),
      wth: sha256Base64url(forWit),
    };
    const wpt = await signCompactJws({ alg: key.algorithm, typ: "wpt+jwt" }, claims, key);
    return [
      ["Workload-Identity-Token", forWit],
      ["Authorization", `WPT ${wpt}`],
    ];
  }

  return [
    {
      name: "stolen WIT",
      story: "a thief has the WIT but not its key, and signs with another",
      expected: "wpt_signature_invalid",
      attempt: async () => fetch(url, { headers: await forgedHeaders(wit, await generateKey()) }),
    },
    {
      name: "replay",
      story: "the honest request once more, byte for byte",
      expected: "wpt_replayed",
      attempt: () => fetch(url, { headers: sent.headers.map(([name, value]): [string, string] => [name, value]) }),
    },
    {
      name: "other audience",
      story: "another service passes on a call that the agent meant for it",
      expected: "wpt_audience_mismatch",
      attempt: async () => {
        const relay = (request: Request): Promise<Response> => fetch(url, { headers: request.headers });
        return (await callAs(agent.credential, "https://other.example/orders/42", runtime, relay)).response;
      },
    },
    {
      name: "tampered claim",
      story: "the agent writes another name into its WIT, and proves that one",
      expected: "wit_signature_invalid",
      attempt: async () => fetch(url, { headers: await forgedHeaders(renamed(wit, "admin"), agent.key) }),
    },
    {
      name: "foreign issuer",
      story: "a sound WIT and a sound proof, of a trust domain that nobody configured",
      expected: "wit_trust_domain_unknown",
      attempt: async () => {
        const elsewhere = await createTestIssuer("wimse://elsewhere.example", { runtime });
        return (await callAs(await elsewhere.credential("wimse://elsewhere.example/agent"), url, runtime)).response;
      },
    },
    {
      name: "expired proof",
      story: `the agent's own proof, made ${LATE} seconds ago for one minute`,
      expected: "wpt_expired",
      attempt: async () => {
        const late: Runtime = { ...runtime, now: () => runtime.now() - LATE };
        return (await callAs(agent.credential, url, late)).response;
      },
    },
  ];
}

/** The WIT with the last segment of its subject changed, under the signature of the original. */
function renamed(wit: string, name: string): string {
  const { claims } = readCompactJws(wit, "wit");
  const [header = "", , signature = ""] = wit.split(".");
  const changed: JsonObject = { ...claims, sub: String(claims["sub"]).replace(/[^/]+$/, name) };
  return [header, encodeBase64url(utf8Bytes(JSON.stringify(changed))), signature].join(".");
}

const PROBLEM = "urn:wimse:problem:";

/** Makes the attempt; it has failed, as it should, when the answer says so and gives the right reason. */
export async function outcomeOf({ name, story, expected, attempt }: Attack): Promise<AttackOutcome> {
  const response = await attempt();
  const { status } = response;
  const body = await response.text();
  const isProblem = response.headers.get("content-type") === "application/problem+json";
  const type = isProblem ? String(jsonObject(body, "the problem")["type"]) : "";
  const code = type.startsWith(PROBLEM) ? type.slice(PROBLEM.length) : undefined;
  const refused = !response.ok && code === expected;
  return { name, story, expected, status, ...(code !== undefined && { code }), refused };
}
