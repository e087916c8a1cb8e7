import { expect, it } from "vitest";
import { createCredential, createSigner } from "../../src/credential.js";
import { signRequest } from "../../src/index.js";
import { signEnrolmentProof } from "../../src/issuer/enrolment-proof.js";
import { jwtBootstrap } from "../../src/issuer.js";
import { AGENT, clockOf, post, SERVER, testServer } from "../support/issuer-fixtures.js";
import { issuerKey, jwks, NOW, strangerKey, workloadKey } from "../support/wit-fixtures.js";
import { consoleText } from "./console.js";
import { enrolmentFailures, markedJwt, markedProof } from "./enrolment-failures.js";
import { MARK, printed, Secrets } from "./secrets.js";

const keys = [issuerKey, workloadKey, strangerKey].flatMap(({ privateJwk: { d = "" } }) => d);
const onConsole = consoleText();

/** Everything that an answer says. */
async function said(response: Response): Promise<string> {
  return `${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`;
}

it.each(enrolmentFailures.map((one) => [one.what, one.code, one] as const))(
  "WPT-3.1.5.01: %s is %s, and neither the answer nor the audit says more of it",
  async (_what, code, { options, requests }) => {
    const world = await testServer(await options?.());
    const sent = requests(world);
    const values: string[] = [];
    let answer = "";
    for (const request of sent) {
      const body = await request.clone().text();
      values.push(...(body.match(/[\w.-]{30,}/g) ?? []));
      answer = await said(await world.server(request));
    }
    const secrets = new Secrets([MARK, world.token, markedJwt, ...keys, ...values]);
    expect(answer).toContain(code === "unexpected" ? '"about:blank"' : `"urn:wimse:problem:${code}"`);
    // of what is turned away before it is read, the audit does not hear
    if (world.events.length > 0) expect(world.events.at(-1)).toMatchObject({ outcome: "refused", code });
    expect(secrets.pieceIn([answer, printed(world.events), onConsole()].join("\n"))).toBeUndefined();
  },
);

it("what else is asked for is answered without a word of it", async () => {
  const { server } = await testServer();
  for (const [path, method] of [
    [`/${MARK}?${MARK}`, "GET"],
    [`/enrol?${MARK}`, "GET"],
    [`/jwks.json?${MARK}`, "DELETE"],
  ] as const) {
    const request = new Request(`${SERVER}${path}`, { method, headers: { cookie: MARK } });
    expect(await said(await server(request))).not.toContain(MARK);
  }
});

it("nothing but the answer has the WIT, when one is issued and renewed", async () => {
  const runtime = clockOf();
  const trusted = { issuer: "https://idp.example.com", audience: SERVER, keys: jwks(issuerKey), runtime };
  const world = await testServer({ runtime, bootstrap: [jwtBootstrap(trusted)] });
  const enrolment = { proof: markedProof(markedJwt), bootstrap: { type: "jwt", value: markedJwt } };
  const enrolled = await world.server(post("/enrol", enrolment));
  const { wit } = (await enrolled.json()) as { wit: string };
  const key = await createSigner({ ...workloadKey.privateJwk, alg: "ES256" });
  const audience = `${SERVER}/renew`;
  const proof = await signEnrolmentProof({ audience, sub: AGENT, bootstrap: wit }, key, runtime);
  const { request } = await signRequest(post("/renew", { proof }), await createCredential(wit, key), { runtime });
  const renewed = (await (await world.server(request)).json()) as { wit: string };
  expect(world.events.map(({ outcome }) => outcome)).toEqual(["issued", "issued"]);
  const secrets = new Secrets([MARK, wit, renewed.wit, proof, markedJwt, ...keys]);
  expect(secrets.pieceIn(printed([world.events, world.issuer.state()]) + onConsole())).toBeUndefined();
  expect(world.events[0]?.at).toBe(NOW);
});
