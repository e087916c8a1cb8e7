import type { Server } from "node:http";
import type { Http2Server } from "node:http2";
import { type AddressInfo, connect, type Server as NetServer } from "node:net";

/** Starts a server on a free port of loopback, and says which. */
export async function portOf(server: NetServer | Server | Http2Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** Stops a server, its open connections too. */
export async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/**
 * Sends text over a new connection as it is, and returns what comes until the other side closes: ask for `Connection: close`.
 * The sending half stays open, since Node takes its end for that of the whole connection.
 */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(text);
  let answer = "";
  for await (const chunk of socket) answer += chunk;
  return answer;
}
