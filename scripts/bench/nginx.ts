/**
 * nginx over HTTPS on loopback, as something to be measured against: Debian's
 * package, its usual settings, a configuration, certificate and process of our
 * own that leave nothing behind.
 *
 * @module
 */

import { join } from "node:path";

export interface Nginx {
  /** `https://127.0.0.x:port`, without a slash at its end. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface NginxOptions {
  /** What is served, from its top. */
  readonly directory: string;
  readonly certificatePath: string;
  readonly privateKeyPath: string;
  /** An address of 127.0.0.0/8. */
  readonly hostname: string;
}

/**
 * Starts nginx and returns when it answers.
 *
 * @throws when it is not installed, or does not start.
 */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const work = await Deno.makeTempDir({ prefix: "flottille-nginx-" });
  const port = freePort(options.hostname);
  const path = join(work, "nginx.conf");
  await Deno.writeTextFile(path, configuration(options, work, port));
  const process = new Deno.Command("nginx", {
    args: ["-c", path, "-p", work, "-e", join(work, "error.log")],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  let child: Deno.ChildProcess;
  try {
    child = process.spawn();
  } catch (cause) {
    await Deno.remove(work, { recursive: true });
    throw new Error("Cannot start nginx: install it with `apt install nginx`", {
      cause,
    });
  }
  const stop = async () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await child.status;
    await Deno.remove(work, { recursive: true });
  };
  if (!await answers(options.hostname, port)) {
    const log = await Deno.readTextFile(join(work, "error.log"))
      .catch(() => "");
    await stop();
    throw new Error(
      `Cannot start nginx: ${log.trim() || "it does not answer"}`,
    );
  }
  return { url: `https://${options.hostname}:${port}`, stop };
}

function configuration(
  { directory, certificatePath, privateKeyPath, hostname }: NginxOptions,
  work: string,
  port: number,
): string {
  // Its workers give up root, and then could not read a directory of ours.
  const user = Deno.uid() === 0 ? "user root;" : "";
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(work, name)};`)
    .join("\n  ");
  return `${user}
daemon off;
worker_processes auto;
pid ${join(work, "nginx.pid")};
events {}
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  ${temporary}
  server {
    listen ${hostname}:${port} ssl;
    ssl_certificate ${certificatePath};
    ssl_certificate_key ${privateKeyPath};
    root ${directory};
  }
}
`;
}

function freePort(hostname: string): number {
  const listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** True as soon as something listens there; false after 5 s of nothing. */
async function answers(hostname: string, port: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      (await Deno.connect({ hostname, port })).close();
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return false;
}
