/**
 * Requests to the local API of a server that runs, as a front makes them: for
 * what the command line's own time would hide.
 *
 * @module
 */

/** The API of the server of the fleet in this directory. */
export class LocalApi {
  readonly #base: string;
  readonly #token: string;

  private constructor(port: number, token: string) {
    this.#base = `http://127.0.0.1:${port}`;
    this.#token = token;
  }

  static async of(directory: string): Promise<LocalApi> {
    const text = await Deno.readTextFile(`${directory}/data/api.json`);
    const { port, token } = JSON.parse(text);
    return new LocalApi(port, token);
  }

  /** The answer's bytes, and the seconds until the last of them. */
  async get(
    path: string,
  ): Promise<{ readonly seconds: number; readonly bytes: number }> {
    const begunMs = performance.now();
    const answer = await this.#ask(path);
    let bytes = 0;
    for await (const chunk of answer.body ?? []) bytes += chunk.length;
    return { seconds: (performance.now() - begunMs) / 1_000, bytes };
  }

  async json<T>(path: string): Promise<T> {
    return await (await this.#ask(path)).json();
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const answer = await this.#ask(path, {
      method: "POST",
      body: JSON.stringify(body),
    });
    return await answer.json();
  }

  async #ask(path: string, more: RequestInit = {}): Promise<Response> {
    const answer = await fetch(this.#base + path, {
      headers: {
        authorization: `Bearer ${this.#token}`,
        "content-type": "application/json",
      },
      ...more,
    });
    if (answer.ok) return answer;
    throw new Error(`${path}: ${answer.status}: ${await answer.text()}`);
  }
}
