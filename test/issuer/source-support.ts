import { afterEach } from "vitest";
import type { RenewingSource } from "../../src/credential/renewing-source.js";
import { type IdentityServerSourceOptions, identityServerSource } from "../../src/issuer/identity-server-source.js";
import { AGENT, SERVER, type TestServer } from "../support/issuer-fixtures.js";

export type Send = (request: Request) => Promise<Response>;

/** Makes sources of {@link AGENT} that ask the server of a test, and closes them after each test of the file. */
export function sources(): (
  world: TestServer,
  options?: Partial<IdentityServerSourceOptions>,
  send?: Send,
) => RenewingSource {
  const open: RenewingSource[] = [];
  afterEach(async () => {
    for (const source of open.splice(0)) await source.close();
  });
  return (world, options = {}, send = world.server) => {
    const source = identityServerSource(SERVER, {
      sub: AGENT,
      bootstrap: { type: "enrolment-token", value: world.token },
      fetch: ((request: Request) => send(request)) as typeof fetch,
      runtime: world.runtime,
      ...options,
    });
    open.push(source);
    return source;
  };
}
