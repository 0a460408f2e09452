/**
 * A real Prometheus, from Debian's package, unpacked into a folder and not
 * installed: nothing of this machine is changed.
 *
 * @module
 */

import { eventually, run, Running } from "../kit/process.ts";

/** The port of Prometheus, on loopback. */
const PORT = 9_190;

/** A Prometheus that scrapes one server each second. */
export class Prometheus {
  readonly #directory: string;
  #process: Running | null = null;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Brings the package. @throws when apt-get or dpkg-deb fails. */
  static async bring(directory: string): Promise<Prometheus> {
    const home = `${directory}/prometheus`;
    await Deno.mkdir(home);
    const get = ["apt-get", "download", "-qq", "prometheus"];
    const got = await run(get, { directory: home, deadlineMs: 300_000 });
    const [file] = [...Deno.readDirSync(home)].map(({ name }) => name);
    if (got.code !== 0 || file === undefined) {
      throw new Error(`apt-get brings no prometheus: ${got.stderr}`);
    }
    const unpack = ["dpkg-deb", "-x", file, "."];
    const unpacked = await run(unpack, { directory: home });
    if (unpacked.code !== 0) throw new Error(unpacked.stderr);
    return new Prometheus(home);
  }

  /** `promtool check metrics`: what it finds; "" is all is well. */
  async check(page: string): Promise<string> {
    const path = `${this.#directory}/page.txt`;
    await Deno.writeTextFile(path, page);
    const tool = `${this.#directory}/usr/bin/promtool`;
    const command = ["sh", "-c", `"${tool}" check metrics < "${path}" 2>&1`];
    const { code, stdout } = await run(command, { directory: this.#directory });
    return code === 0 ? stdout : `${stdout} (code ${code})`;
  }

  /** Starts it; it scrapes `target` as the job "flottille". */
  async start(target: string): Promise<void> {
    const config = `${this.#directory}/prometheus.yml`;
    await Deno.writeTextFile(
      config,
      `global: {scrape_interval: 1s}\nscrape_configs:\n` +
        `  - job_name: flottille\n    static_configs: [{targets: ["${target}"]}]\n`,
    );
    this.#process = new Running("prometheus", [
      `${this.#directory}/usr/bin/prometheus`,
      `--config.file=${config}`,
      `--storage.tsdb.path=${this.#directory}/data`,
      `--web.listen-address=127.0.0.1:${PORT}`,
    ], this.#directory);
    await eventually("Prometheus has scraped the server", async () => {
      const up = await this.query('up{job="flottille"}').catch(() => []);
      return up.at(0) === 1 ? true : null;
    }, { withinMs: 60_000 });
  }

  /** The values that a query finds now. @throws what Prometheus says of it. */
  async query(expression: string): Promise<number[]> {
    const query = new URLSearchParams({ query: expression });
    const url = `http://127.0.0.1:${PORT}/api/v1/query?${query}`;
    const answer = await fetch(url);
    const { status, error, data } = await answer.json();
    if (status !== "success") throw new Error(`${expression}: ${error}`);
    const results: readonly { value: [number, string] }[] = data.result;
    return results.map(({ value: [, value] }) => Number(value));
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }
}
