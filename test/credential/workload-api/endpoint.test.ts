import { describe, expect, it } from "vitest";
import { endpointOf, parseEndpoint } from "../../../src/credential/workload-api/endpoint.js";
import { expectMistake } from "../../support/wit-fixtures.js";

describe("the address of a Workload API", () => {
  it.each([
    ["unix:///run/spire/agent.sock", "unix:/run/spire/agent.sock", true],
    ["unix:/run/spire/agent.sock", "unix:/run/spire/agent.sock", true],
    ["unix:///run/with%20space", "unix:/run/with space", true],
    ["tcp://127.0.0.1:8000", "ipv4:127.0.0.1:8000", false],
    ["tcp://10.0.255.1:65535", "ipv4:10.0.255.1:65535", false],
    ["tcp://[::1]:8000", "ipv6:[::1]:8000", false],
    ["tcp://[2001:db8::1]:1", "ipv6:[2001:db8::1]:1", false],
  ])("%s", (address, target, local) => {
    expect(parseEndpoint(address, "address")).toEqual({ target, local });
  });

  it.each([
    ["", "WLAPI-E-4.02"],
    ["/run/spire/agent.sock", "WLAPI-E-4.02"],
    ["http://127.0.0.1:8000", "WLAPI-E-4.02"],
    ["https://example.org", "WLAPI-E-4.02"],
    ["unix", "WLAPI-E-4.02"],
    ["vsock:3:8000", "WLAPI-E-4.02"],
    [" unix:///run/x", "WLAPI-E-4.02"],
    ["unix://run/x", "WLAPI-E-4.03"],
    ["unix://localhost/run/x", "WLAPI-E-4.03"],
    ["unix:run/x", "WLAPI-E-4.03"],
    ["unix:", "WLAPI-E-4.03"],
    ["unix://", "WLAPI-E-4.03"],
    ["unix:///", "WLAPI-E-4.03"],
    ["unix:///run/x?mode=1", "WLAPI-E-4.03"],
    ["unix:///run/x#top", "WLAPI-E-4.03"],
    ["unix:///run/%zz", "WLAPI-E-4.03"],
    ["unix:///run/%00", "WLAPI-E-4.03"],
    ["tcp://localhost:8000", "WLAPI-E-4.04"],
    ["tcp://127.0.0.1", "WLAPI-E-4.04"],
    ["tcp://127.0.0.1:", "WLAPI-E-4.04"],
    ["tcp://127.0.0.1:0", "WLAPI-E-4.04"],
    ["tcp://127.0.0.1:65536", "WLAPI-E-4.04"],
    ["tcp://127.0.0.1:8000/", "WLAPI-E-4.04"],
    ["tcp://127.0.0.1:8000/foo", "WLAPI-E-4.04"],
    ["tcp://127.0.0.1:8000?x", "WLAPI-E-4.04"],
    ["tcp://127.0.0.1:8000#x", "WLAPI-E-4.04"],
    ["tcp://user@127.0.0.1:8000", "WLAPI-E-4.04"],
    ["tcp://127.0.0.256:8000", "WLAPI-E-4.04"],
    ["tcp://127.1:8000", "WLAPI-E-4.04"],
    ["tcp://127.0.0.01:8000", "WLAPI-E-4.04"],
    ["tcp://::1:8000", "WLAPI-E-4.04"],
    ["tcp://[::1]", "WLAPI-E-4.04"],
    ["tcp://[1:2]:8000", "WLAPI-E-4.04"],
    ["tcp://[fe80::1%eth0]:8000", "WLAPI-E-4.04"],
    ["tcp:127.0.0.1:8000", "WLAPI-E-4.04"],
  ])("%j is refused: %s", async (address) => {
    await expectMistake(() => parseEndpoint(address, "address"), /^address: (unix:|tcp:)/);
  });

  it("is a string", async () => {
    await expectMistake(() => parseEndpoint(7 as never, "address"), /^address: a string$/);
  });
});

describe("WLAPI-E-4.01: without configuration", () => {
  const env = { SPIFFE_ENDPOINT_SOCKET: "unix:///run/a" };

  it("the environment variable says where it is", () => {
    expect(endpointOf(undefined, env).target).toBe("unix:/run/a");
    expect(endpointOf("unix:///run/b", env).target).toBe("unix:/run/b");
  });

  it("of this process, unless another environment is given", async () => {
    const before = process.env["SPIFFE_ENDPOINT_SOCKET"];
    process.env["SPIFFE_ENDPOINT_SOCKET"] = "unix:///run/c";
    try {
      expect(endpointOf(undefined, undefined).target).toBe("unix:/run/c");
      await expectMistake(() => endpointOf(undefined, {}), /set SPIFFE_ENDPOINT_SOCKET$/);
    } finally {
      if (before === undefined) delete process.env["SPIFFE_ENDPOINT_SOCKET"];
      else process.env["SPIFFE_ENDPOINT_SOCKET"] = before;
    }
  });

  it("and must be right", async () => {
    for (const value of ["", undefined]) {
      await expectMistake(() => endpointOf(undefined, { SPIFFE_ENDPOINT_SOCKET: value }), /give an address, or set/);
    }
    await expectMistake(
      () => endpointOf(undefined, { SPIFFE_ENDPOINT_SOCKET: "/run/a" }),
      /^SPIFFE_ENDPOINT_SOCKET: unix:/,
    );
  });
});
