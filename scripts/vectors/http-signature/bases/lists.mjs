// @ts-check
// The list of what is covered, parameters of components, and the parameters of a signature, as they stand in a base.

import { aRequest, aResponse, baseAccepted } from "../../bases.mjs";

const ORDER = "R9421-2.3.03 R9421-3.1.03";
const KEPT = "R9421-2.3.03 R9421-4.1.01";
const ONCE = "R9421-2.02";
const OF_REQUEST = "R9421-2.4.01";
export const REQUEST = aRequest({
  method: "POST",
  target: "/orders?Pet=dog",
  headers: [
    ["Host", "svc.example.com"],
    ["Content-Type", "application/json"],
    ["Priority", "u=1,  i"],
    ["X-Example", "a"],
  ],
});
export const RESPONSE = aResponse({ status: 503 });
const METHOD = /** @type {const} */ (['"@method"', "POST"]);
const PATH = /** @type {const} */ (['"@path"', "/orders"]);
const TYPE = /** @type {const} */ (['"content-type"', "application/json"]);

/** @param {string} id @param {string} description @param {string} requirements @param {import("../../signatures.mjs").BaseLine[]} lines @param {import("../../bases.mjs").BaseParts} [parts] */
const covering = (id, description, requirements, lines, parts) =>
  baseAccepted(id, description, requirements, REQUEST, lines, parts);
/** @param {string} id @param {string} description @param {string} requirements @param {import("../../signatures.mjs").BaseLine[]} lines */
const answering = (id, description, requirements, lines) =>
  baseAccepted(id, description, requirements, RESPONSE, lines, { request: REQUEST });
/** Parameters of a signature as they are sent, and as they stand in the base. @param {string} id @param {string} description @param {string} parameters @param {string} [sent] */
const withParameters = (id, description, parameters, sent = parameters) =>
  covering(`parameters-${id}`, description, KEPT, [METHOD], { parameters, sent: { parameters: sent } });

export const listBases = [
  covering("list-empty", "nothing is covered but the parameters", "R9421-2.5.02", []),
  covering("list-order", "components in their order", ORDER, [METHOD, PATH, TYPE]),
  covering("list-order-other", "the same components in another order", ORDER, [TYPE, PATH, METHOD]),
  covering("list-spaces", "further spaces in the list are not in the base", KEPT, [METHOD, PATH], {
    sent: { components: '(  "@method"   "@path" )' },
  }),
  covering(
    "list-spaces-parameters",
    "spaces before parameters are not in the base",
    KEPT,
    [['"priority";sf', "u=1, i"]],
    {
      sent: { components: '("priority"; sf)', parameters: "; created=1790000000" },
    },
  ),
  covering("list-bs-beside", "a field and its bytes are two components", ONCE, [
    ['"x-example"', "a"],
    ['"x-example";bs', ":YQ==:"],
  ]),
  covering("list-members", "two members of one field are two components", `${ONCE} R9421-2.1.2.01`, [
    ['"priority";key="i"', "?1"],
    ['"priority";key="u"', "1"],
  ]),
  answering("req-derived", "derived components of the request", OF_REQUEST, [
    ['"@method";req', "POST"],
    ['"@authority";req', "svc.example.com"],
    ['"@scheme";req', "https"],
    ['"@target-uri";req', "https://svc.example.com/orders?Pet=dog"],
    ['"@request-target";req', "/orders?Pet=dog"],
    ['"@path";req', "/orders"],
    ['"@query";req', "?Pet=dog"],
    ['"@query-param";name="Pet";req', "dog"],
    ['"@status"', "503"],
  ]),
  answering("req-field-beside", "a field of the response, and that of the request", `${OF_REQUEST} ${ONCE}`, [
    ['"content-type"', "text/plain"],
    ['"content-type";req', "application/json"],
  ]),
  answering(
    "req-parameters",
    "req beside other parameters, in the order in which they came",
    `${OF_REQUEST} R9421-2.03`,
    [
      ['"priority";req;key="u"', "1"],
      ['"priority";key="i";req', "?1"],
      ['"priority";sf;req', "u=1, i"],
      ['"x-example";req;bs', ":YQ==:"],
    ],
  ),
  withParameters("none", "no parameters", ""),
  withParameters(
    "order",
    "parameters in their order",
    ';tag="a";expires=2;nonce="b";created=1;keyid="c";alg="ed25519"',
  ),
  withParameters(
    "unknown",
    "unknown parameters of every type",
    ';a=b/c;b="d";c=-1;d=1.5;e=:AAEC:;f;g=?0;*h=1;created=1',
  ),
  withParameters("true", "what is true has no value", ";created=1;x", ";created=1;x=?1"),
  withParameters("numbers", "numbers are written in one way", ";created=1;x=1.5;y=0", ";created=01;x=1.50;y=-0"),
  withParameters("escapes", "quotes and backslashes in a String", ';nonce="a\\"b\\\\c";created=1'),
  withParameters("no-created", "no time", ';keyid="a"'),
];
