/** Documents on their way to stdout or into a file. */

import { assert, assertEquals } from "@std/assert";
import { encodePublicKeyPem, keyPairFromSeed } from "../../lib/trust/keys.ts";
import { toBase64Url, utf8 } from "../../lib/trust/bytes.ts";
import { refused, withServer } from "./fake_server.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const EXPORT = "GET /v1/export?format=csv";
const LINE = ["export", "--format", "csv"];

/** The names in a directory. */
async function namesIn(directory: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(directory)) names.push(name);
  return names.sort();
}

/** A response of several pieces; after the last one it breaks, if it shall. */
function piecesOf(
  pieces: readonly string[],
  { breaks = false, onPull = () => {} }: {
    readonly breaks?: boolean;
    readonly onPull?: (at: number) => void | Promise<void>;
  } = {},
): Response {
  let at = 0;
  return new Response(
    new ReadableStream({
      async pull(controller) {
        await onPull(at);
        const piece = pieces[at++];
        if (piece !== undefined) controller.enqueue(utf8(piece));
        else if (breaks) controller.error(new Error("cut"));
        else controller.close();
      },
    }),
  );
}

Deno.test("export prints the document as it comes, byte by byte", async () => {
  const text = 'machine,"naïve\u20ac"\r\n\u001b';
  const answers = { [EXPORT]: () => piecesOf([...text]) };
  await withServer(answers, async (server) => {
    const ran = await server.run(LINE);
    assertEquals(ran, { code: 0, stdout: text, stderr: "" });
  });
});

Deno.test("export --on asks for these machines only", async () => {
  const line = "GET /v1/export?format=cyclonedx&on=room-*&on=lab";
  await withServer({ [line]: { specVersion: "1.6" } }, async (server) => {
    const { stdout } = await server.run([
      ...["export", "--format=cyclonedx", "--on", "room-*", "--on", "lab"],
    ]);
    assertEquals(JSON.parse(stdout), { specVersion: "1.6" });
  });
});

Deno.test("export whose reader goes away ends quietly, and asks for no more", async () => {
  let pulls = 0;
  const piece = "x".repeat(65_536);
  const answers = {
    [EXPORT]: () =>
      piecesOf(Array(2_000).fill(piece), { onPull: () => void pulls++ }),
  };
  await withServer(answers, async (server) => {
    const terminal = fakeTerminal({ readsBytes: 100 });
    const ran = await server.run(LINE, terminal);
    assertEquals([ran.code, ran.stderr], [0, ""]);
    assert(pulls < 1_000, `${pulls} pieces were made`);
  });
});

Deno.test("export --output replaces the file when the document is whole", async () => {
  const answers = { [EXPORT]: () => piecesOf(["one\n", "two\n"]) };
  await withServer(answers, async (server) => {
    const path = `${server.directory}/fleet.csv`;
    await Deno.writeTextFile(path, "old");
    assertEquals(await server.run([...LINE, "--output", path]), {
      code: 0,
      stdout: "",
      stderr: `Wrote 8 B to ${path}\n`,
    });
    assertEquals(await Deno.readTextFile(path), "one\ntwo\n");
    assertEquals(await namesIn(server.directory), [
      "data",
      "fleet.csv",
      "flottille.toml",
    ]);
  });
});

Deno.test("export leaves the old file, and nothing else, when the server goes away", async () => {
  const answers = { [EXPORT]: () => piecesOf(["one\n"], { breaks: true }) };
  await withServer(answers, async (server) => {
    const path = `${server.directory}/fleet.csv`;
    await Deno.writeTextFile(path, "old");
    const { code, stderr } = await server.run([...LINE, "-o", path]);
    assertEquals(code, 1);
    assertEquals(
      stderr.split("\n")[0],
      "error: The server went away in the middle; what came is not whole",
    );
    assertEquals(await Deno.readTextFile(path), "old");
    assertEquals((await namesIn(server.directory)).length, 3);
  });
});

Deno.test("export to stdout says that half of it is not all of it", async () => {
  const answers = { [EXPORT]: () => piecesOf(["one\n"], { breaks: true }) };
  await withServer(answers, async (server) => {
    const { code, stderr } = await server.run(LINE);
    assertEquals(code, 1);
    assert(stderr.startsWith("error: The server went away"), stderr);
  });
});

Deno.test("export stopped by Ctrl-C writes no file", async () => {
  const terminal = fakeTerminal();
  // As soon as the command listens; and then nothing comes any more.
  const onPull = async (at: number): Promise<void> => {
    if (at === 0) return;
    while (!terminal.interrupt()) await new Promise((go) => setTimeout(go, 1));
    await new Promise(() => {});
  };
  const answers = { [EXPORT]: () => piecesOf(["one\n", "two\n"], { onPull }) };
  await withServer(answers, async (server) => {
    const path = `${server.directory}/fleet.csv`;
    const ran = await server.run([...LINE, "--output", path], terminal);
    assertEquals(ran.code, 130);
    assertEquals((await namesIn(server.directory)).length, 2);
    assertEquals(terminal.listeners(), 0);
  });
});

Deno.test("export refuses a place where no file can be, before it asks", async () => {
  await withServer({}, async (server) => {
    const { directory } = server;
    const there = await server.run([...LINE, "--output", directory]);
    assertEquals([there.code, there.stderr.split("\n")[0]], [
      3,
      `error: "${directory}" is a directory, not a file`,
    ]);
    const nowhere = `${directory}/no/fleet.csv`;
    const absent = await server.run([...LINE, "--output", nowhere]);
    assertEquals([absent.code, absent.stderr.split("\n")[0]], [
      5,
      `error: There is no directory "${directory}/no"`,
    ]);
    assertEquals(server.asked, []);
  });
});

Deno.test("export of machines that nobody knows says so", async () => {
  const line = `${EXPORT}&on=rom`;
  const answers = { [line]: refused(404, 'No machine is called "rom"') };
  await withServer(answers, async (server) => {
    const path = `${server.directory}/fleet.csv`;
    const ran = await server.run([...LINE, "--on", "rom", "-o", path]);
    assertEquals(ran.code, 5);
    assertEquals((await namesIn(server.directory)).length, 2);
  });
});

const DOCUMENT = "GET /v1/machines/lab/document";

Deno.test("list --document --output keeps the signature and the key beside it", async () => {
  const { publicKey } = keyPairFromSeed(new Uint8Array(32));
  const signature = new Uint8Array(64).fill(7);
  const headers = {
    "flottille-list-signature": toBase64Url(signature),
    "flottille-machine-key": toBase64Url(publicKey),
  };
  const answers = { [DOCUMENT]: () => new Response("{}\n", { headers }) };
  await withServer(answers, async (server) => {
    const path = `${server.directory}/lab.peo`;
    const args = ["list", "lab", "--document"];
    assertEquals((await server.run(args)).stdout, "{}\n");
    const { code, stderr } = await server.run([...args, "--output", path]);
    assertEquals(code, 0);
    assert(stderr.includes(`${path}.sig`), stderr);
    assertEquals(await Deno.readTextFile(path), "{}\n");
    assertEquals(await Deno.readFile(`${path}.sig`), signature);
    assertEquals(
      await Deno.readTextFile(`${path}.pub`),
      encodePublicKeyPem(publicKey),
    );
  });
});

Deno.test("list --document of an unsigned list leaves no old signature behind", async () => {
  const answers = { [DOCUMENT]: () => new Response("{}\n") };
  await withServer(answers, async (server) => {
    const path = `${server.directory}/lab.peo`;
    await Deno.writeTextFile(`${path}.sig`, "of another list");
    const args = ["list", "lab", "--document", "--output", path];
    const { code, stderr } = await server.run(args);
    assertEquals(code, 0);
    assert(stderr.includes("unsigned"), stderr);
    assertEquals(
      await namesIn(server.directory),
      ["data", "flottille.toml", "lab.peo"],
    );
  });
});
