import { configurationInvalid } from "../../base/errors.js";

/** Where a Workload API is: the socket as gRPC names it. */
export interface Endpoint {
  readonly target: string;
  /** Whether the kernel of this host is all that lies between. */
  readonly local: boolean;
}

/** The environment variable that says where the Workload API is (WLAPI-E-4.01). */
export const ENDPOINT_VARIABLE = "SPIFFE_ENDPOINT_SOCKET";

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const UNIX = /^unix:(?:\/\/(?=\/))?(\/(?!\/)[^?#]+)$/;
const TCP = new RegExp(`^tcp://(?:(${OCTET}(?:\\.${OCTET}){3})|\\[([0-9A-Fa-f:.]+)\\]):([0-9]{1,5})$`);

/**
 * Reads the address of a Workload API (SPIFFE Workload Endpoint section 4): `unix:///absolute/path` or
 * `tcp://<IP address>:<port>`, and nothing else.
 *
 * @throws TypeError `configuration_invalid`
 */
export function parseEndpoint(address: string, where: string): Endpoint {
  const refused = (what: string) => configurationInvalid(`${where}: ${what}`);
  if (typeof address !== "string") throw refused("a string");
  if (address.startsWith("unix:")) {
    const path = decoded(UNIX.exec(address)?.[1]);
    // WLAPI-E-4.03
    if (path === undefined) throw refused("unix:///absolute/path, without authority, query or fragment");
    return { target: `unix:${path}`, local: true };
  }
  // WLAPI-E-4.02
  if (!address.startsWith("tcp:")) throw refused("unix:///absolute/path or tcp://<IP address>:<port>");
  const [, ipv4, ipv6, digits] = TCP.exec(address) ?? [];
  const port = Number(digits);
  const sound = ipv4 !== undefined || URL.canParse(`http://[${ipv6}]/`); // what has neither has no port
  // WLAPI-E-4.04
  if (!sound || !(port >= 1 && port <= 65535)) throw refused("tcp://<IP address>:<port>, and nothing after it");
  return { target: ipv4 === undefined ? `ipv6:[${ipv6}]:${port}` : `ipv4:${ipv4}:${port}`, local: false };
}

function decoded(path: string | undefined): string | undefined {
  try {
    const text = path === undefined ? undefined : decodeURIComponent(path);
    return text?.includes("\0") ? undefined : text;
  } catch {
    return undefined; // percent-encoding that is none
  }
}

/** The address from configuration, or else from the environment. */
export function endpointOf(
  address: string | undefined,
  env: Readonly<Record<string, string | undefined>> | undefined,
): Endpoint {
  if (address !== undefined) return parseEndpoint(address, "address");
  const fromEnvironment = (env ?? ambientEnvironment())[ENDPOINT_VARIABLE]; // WLAPI-E-4.01
  if (fromEnvironment === undefined || fromEnvironment === "") {
    throw configurationInvalid(`spiffeWorkloadApi: give an address, or set ${ENDPOINT_VARIABLE}`);
  }
  return parseEndpoint(fromEnvironment, ENDPOINT_VARIABLE);
}

function ambientEnvironment(): Readonly<Record<string, string | undefined>> {
  const { process } = globalThis as { process?: { env?: Readonly<Record<string, string | undefined>> } };
  return process?.env ?? {};
}
