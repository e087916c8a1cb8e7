import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of the demonstration, on a port of loopback that was free. */
export interface LocalServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  close(): Promise<void>;
}

export function serve(listener: RequestListener): Promise<LocalServer> {
  const server = createServer(listener);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        origin: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections(); // clients keep them open for a next request
          }),
      });
    });
  });
}
