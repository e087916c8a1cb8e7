import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { portOf } from "../support/loopback.js";

/** Where Debian has nginx, which not everybody has in the search path. */
const env = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin` };

/** Whether there is an nginx, and an openssl to make its certificate. */
export const isPresent: boolean = [
  ["nginx", "-v"],
  ["openssl", "version"],
].every(([command = "", argument = ""]) => spawnSync(command, [argument], { env }).status === 0);

/** An nginx that ends TLS, on loopback. */
export interface Nginx {
  readonly origin: string;
  /** What clients have to trust: the certificate of this nginx, made for it. */
  readonly certificate: string;
  stop(): Promise<void>;
}

/**
 * Starts an nginx in front of a service. All that it writes is in a folder of its own, which is removed when it stops.
 *
 * @param upstream the port of the service
 * @param locations what becomes of requests, as `location` blocks that pass them on to `http://service`
 */
export async function startNginx(upstream: number, locations: string): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), "middlebox-"));
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const certificate = makeCertificate(folder);
    // between finding a free port and using it, somebody else may take it
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      writeFileSync(join(folder, "nginx.conf"), configuration(port, upstream, locations));
      const child = spawn("nginx", ["-p", folder, "-c", "nginx.conf", "-e", "stderr"], {
        stdio: ["ignore", "ignore", "pipe"],
        env,
      });
      const killed = (): void => void child.kill("SIGKILL");
      process.once("exit", killed); // whatever ends the tests ends nginx
      const fault = await started(child);
      if (fault === undefined) {
        return {
          origin: `https://127.0.0.1:${port}`,
          certificate,
          async stop() {
            const ended = new Promise((resolve) => child.once("exit", resolve));
            if (child.exitCode === null && child.kill("SIGTERM")) await ended;
            process.removeListener("exit", killed);
            clean();
          },
        };
      }
      process.removeListener("exit", killed);
      if (attempt === 5 || !fault.includes("Address already in use")) throw new Error(`nginx does not start: ${fault}`);
    }
  } catch (error) {
    clean();
    throw error;
  }
}

function makeCertificate(folder: string): string {
  const subject = ["-subj", "/CN=middlebox", "-addext", "subjectAltName=IP:127.0.0.1"];
  const key = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-keyout",
    join(folder, "key.pem"),
  ];
  const options = { encoding: "utf8" as const, stdio: "pipe" as const };
  const certificate = execFileSync("openssl", ["req", "-x509", "-days", "2", ...key, ...subject], options);
  writeFileSync(join(folder, "certificate.pem"), certificate);
  return certificate;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await portOf(probe);
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Waits until nginx listens; what it complained of when it did not come to that. */
function started(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let told = "";
    child.once("error", reject);
    child.once("exit", () => resolve(told));
    child.stderr?.on("data", (chunk) => {
      told += chunk;
      if (/\[notice\].*: OS: /.test(told)) resolve(undefined); // said after the sockets were opened
    });
  });
}

function configuration(port: number, upstream: number, locations: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${name};`);
  return `
    daemon off;
    master_process off;
    pid nginx.pid;
    error_log stderr notice;
    events {}
    http {
      access_log off;
      ${temporary.join("\n")}
      upstream service { server 127.0.0.1:${upstream}; }
      server {
        listen 127.0.0.1:${port} ssl http2;
        ssl_certificate certificate.pem;
        ssl_certificate_key key.pem;
        client_max_body_size 10m;
        proxy_http_version 1.1;
        proxy_request_buffering on;
        proxy_buffering on;
        proxy_set_header Host service.internal;
        proxy_set_header Connection "";
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header Forwarded "for=127.0.0.1;proto=https";
        proxy_set_header Via "1.1 middlebox";
        add_header Via "1.1 middlebox" always;
        add_header Strict-Transport-Security "max-age=60" always;
        ${locations}
      }
    }`;
}
