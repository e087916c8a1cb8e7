/**
 * What the verification of a signed request costs beside the signature itself: reading the two fields, checking
 * components and parameters, making the signature base. Ours against that of `http-message-signatures`; in place of the
 * signature check, both have a function that says yes.
 *
 *     npm run bench
 */
import { cpus } from "node:os";
import { httpbis } from "http-message-signatures";
import { generateKey } from "wimse/credential";
import { createMessageSignature, verifyMessageSignature } from "wimse/httpsig";
import { goal, inTurns } from "./support.mjs";

const CALLS = 200;
const TAG = "wimse-workload-to-workload";
const COMPONENTS = ["@method", "@path", "@query", "content-type", "content-digest", "workload-identity-token"];
const PARAMETERS = ["created", "expires", "nonce", "tag", "wimse-aud"];
const AUDIENCE = "https://svc.example.com/orders/42";

/** A string of its own, as a server has them, not a piece of others. */
const flat = (text) => Buffer.from(text, "latin1").toString("latin1");
const random = (bytes) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes)));

/** A signed request as our functions take it, with a WIT of 600 characters. */
async function makeRequest(signer) {
  const view = {
    method: "POST",
    scheme: "https",
    target: "/orders/42?x=1",
    headers: [
      ["Host", "svc.example.com"],
      ["User-Agent", "agent/1.0"],
      ["Accept", "application/json"],
      ["Content-Type", "application/json"],
      ["Content-Digest", `sha-256=:${random(32).toString("base64")}:`],
      ["Workload-Identity-Token", flat(random(450).toString("base64url"))],
    ],
  };
  const created = Math.floor(Date.now() / 1000);
  const { signatureInput, signature } = await createMessageSignature(view, {
    label: "wimse",
    components: COMPONENTS,
    parameters: {
      created,
      expires: created + 300,
      nonce: random(16).toString("base64url"),
      tag: TAG,
      "wimse-aud": AUDIENCE,
    },
    signer,
  });
  view.headers.push(["Signature-Input", flat(signatureInput)], ["Signature", flat(signature)]);
  return view;
}

/** The same as the package takes it: a URL, or the text of one, and an object for the fields. */
function theirForm({ method, scheme, target, headers }, toUrl) {
  return { method, url: toUrl(`${scheme}://${headers[0][1]}${target}`), headers: Object.fromEntries(headers) };
}

const ours = (requests, choice) => {
  const options = { ...choice, components: COMPONENTS, parameters: PARAMETERS, maxAge: 300, verify: () => true };
  return (i) => verifyMessageSignature(requests[i], options);
};

const theirs = (requests) => {
  const verify = async () => true;
  const key = { verify };
  const config = {
    keyLookup: async ({ tag }) => (tag === TAG ? key : null),
    requiredFields: COMPONENTS,
    requiredParams: PARAMETERS,
    maxAge: 300,
  };
  return (i) => httpbis.verifyMessage(config, requests[i]);
};

const signer = await generateKey("Ed25519");
const requests = await Promise.all(Array.from({ length: CALLS }, () => makeRequest(signer)));
const withText = requests.map((request) => theirForm(request, flat));
const withUrl = requests.map((request) => theirForm(request, (text) => new URL(text)));

for (const run of [ours(requests, { label: "wimse" }), theirs(withText)]) {
  if (!(await run(0))) throw new Error("a signature was not accepted");
}

const times = await inTurns(
  {
    ours: () => ours(requests, { select: ({ parameters }) => parameters.tag === TAG }),
    "ours, by label": () => ours(requests, { label: "wimse" }),
    theirs: () => theirs(withText),
    "theirs, URL read before": () => theirs(withUrl),
  },
  { calls: CALLS },
);

console.log(`Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}\n`);
const {
  what,
  measured,
  goal: wanted,
  met,
} = goal("signature fields to signature base, times below http-message-signatures", times.theirs / times.ours, ">=", 6);
console.log(`${met ? "met   " : "missed"}  ${what}: ${measured} (goal ${wanted})`);
const figures = Object.entries(times).map(([name, us]) => `${name} ${us.toFixed(1)} µs`);
console.log(`        ${figures.join("; ")}`);
process.exitCode = met ? 0 : 1;
