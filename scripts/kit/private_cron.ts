/**
 * Debian's cron with a crontab of its own: in a mount namespace, where the
 * system's crontabs are hidden by ours. Nothing of the system's is run, and
 * nothing of ours is seen outside. Linux, root, util-linux, cron.
 *
 * What a job prints would go into a mail; a shell in front of the real one
 * keeps it, and the exit code, in files instead.
 *
 * @module
 */

import { eventually, Running } from "./process.ts";

/** What a job did. */
export interface JobRun {
  readonly output: string;
  readonly code: number;
}

/** `account` and `session` modules of a real system look for what is not here. */
const PAM = "account required pam_permit.so\nsession required pam_permit.so\n";

/** cron at work. */
export class PrivateCron {
  readonly #directory: string;
  readonly #process: Running;

  private constructor(directory: string, process: Running) {
    this.#directory = directory;
    this.#process = process;
  }

  /**
   * Starts it with one line.
   *
   * @param path Goes before cron's own search path, as `PATH=` of a crontab.
   */
  static async start(
    directory: string,
    { line, path }: { readonly line: string; readonly path: string },
  ): Promise<PrivateCron> {
    await Deno.mkdir(`${directory}/spool`, { recursive: true });
    await Deno.mkdir(`${directory}/cron.d`);
    const shell = `${directory}/shell`;
    await Deno.writeTextFile(shell, shellText(directory), { mode: 0o755 });
    const crontab = `SHELL=${shell}\nPATH=${path}:/usr/bin:/bin\n${line}\n`;
    const mine = `${directory}/spool/root`;
    await Deno.writeTextFile(mine, crontab, { mode: 0o600 });
    await Deno.writeTextFile(`${directory}/crontab`, "");
    await Deno.writeTextFile(`${directory}/pam`, PAM);
    const start = [
      "set -e",
      `mount --bind '${directory}/spool' /var/spool/cron/crontabs`,
      `mount --bind '${directory}/cron.d' /etc/cron.d`,
      `mount --bind '${directory}/crontab' /etc/crontab`,
      `mount --bind '${directory}/pam' /etc/pam.d/cron`,
      "mount -t tmpfs none /run",
      "exec cron -f",
    ].join("\n");
    const apart = ["unshare", "--mount", "--propagation", "private"];
    const command = [...apart, "/bin/sh", "-c", start];
    return new PrivateCron(
      directory,
      new Running("cron", command, directory),
    );
  }

  /** The first run of the job, which begins with a minute. */
  async job(withinMs: number): Promise<JobRun> {
    const read = (name: string) =>
      Deno.readTextFile(`${this.#directory}/${name}`);
    return await eventually("cron has run the line", async () => {
      if (this.#process.over) throw new Error(this.#process.tail);
      const code = await read("code").catch(() => "");
      if (!code.endsWith("\n")) return null;
      return { output: await read("output"), code: Number(code) };
    }, { withinMs });
  }

  async end(): Promise<void> {
    await this.#process.stop();
  }
}

/** Only the first run counts, and no other begins beside it. */
function shellText(directory: string): string {
  return [
    "#!/bin/sh",
    `mkdir '${directory}/begun' 2>/dev/null || exit 0`,
    `/bin/sh "$@" >'${directory}/output' 2>&1`,
    `echo $? >'${directory}/code'`,
    "",
  ].join("\n");
}
