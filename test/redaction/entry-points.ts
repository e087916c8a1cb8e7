import * as conformance from "../../src/conformance.js";
import * as file from "../../src/credential/file.js";
import * as spiffe from "../../src/credential/spiffe.js";
import * as credential from "../../src/credential.js";
import * as dangerous from "../../src/dangerous.js";
import * as httpsig from "../../src/httpsig.js";
import * as identifier from "../../src/identifier.js";
import * as core from "../../src/index.js";
import * as fetching from "../../src/integrations/fetch.js";
import * as node from "../../src/integrations/node.js";
import * as issuer from "../../src/issuer.js";
import * as replay from "../../src/replay.js";
import * as testing from "../../src/testing.js";
import * as trust from "../../src/trust.js";
import * as wit from "../../src/wit.js";
import * as wpt from "../../src/wpt.js";

/** Everything that the package exports, by entry point as package.json names it. */
export const ENTRY_POINTS: Readonly<Record<string, object>> = {
  ".": core,
  "./identifier": identifier,
  "./trust": trust,
  "./wit": wit,
  "./wpt": wpt,
  "./httpsig": httpsig,
  "./credential": credential,
  "./credential/file": file,
  "./credential/spiffe": spiffe,
  "./replay": replay,
  "./fetch": fetching,
  "./node": node,
  "./issuer": issuer,
  "./conformance": conformance,
  "./dangerous": dangerous,
  "./testing": testing,
};
