/**
 * The server's key is stolen, and the thief stands where the server stood. He
 * orders unsigned packages, packages that he signed himself, changed ones,
 * older ones, others under a good name, and every hostile zip that the tests
 * know, signed by the publisher himself. The machine must refuse each by the
 * rule that is against it, and nothing may be written among its programs.
 *
 * @module
 */

import { HOSTILE } from "../../tests/ieo/hostile.ts";
import { sha256, toHex } from "../../lib/trust/bytes.ts";
import {
  decodePrivateKeyPem,
  type KeyPair,
  keyPairFromSeed,
} from "../../lib/trust/keys.ts";
import { signStatement } from "../../lib/trust/statement.ts";
import { within } from "../kit/lan.ts";
import { eventually } from "../kit/process.ts";
import { sourceProgram } from "../kit/programs.ts";
import {
  demand,
  done,
  held,
  MACHINE,
  type Place,
  publishScripts,
} from "./place.ts";
import { Talking } from "./talking.ts";
import type { TheftAnswer, TheftOrder } from "./thief.ts";

/** What he tries, and the word that he must hear. */
interface Theft {
  readonly title: string;
  readonly name: string;
  readonly version: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly statement: Uint8Array;
  /** What the order says of the file; that of the bytes when absent. */
  readonly ordered?: Uint8Array<ArrayBuffer>;
  readonly reason: string;
}

const NAME = "vault";

/** Plays the scene. */
export async function thiefScene(place: Place): Promise<void> {
  const { fleet } = place;
  console.log("\nA thief with the server's key");
  const old = await publishScripts(place, NAME, "1.0", {});
  const present = await publishScripts(place, NAME, "2.0", {});
  const next = await publishScripts(place, NAME, "3.0", {});
  const other = await publishScripts(place, "other", "1.0", {});
  await done(place, "install", NAME, "1.0");
  await done(place, "update", NAME, "2.0");
  await untilListed(place, "2.0");
  const id = (await fleet.machine(MACHINE))?.id ?? "";
  const thefts = await theftsOf(place, { old, present, next, other });
  const before = await everythingOf(place);
  await fleet.stopServer();
  const thief = await startThief(place, id);
  for (const theft of thefts) await steal(place, thief, theft);
  await thief.end();
  demand(await everythingOf(place) === before, "nothing was written");
  demand(await held(place, NAME) === "2.0", `${NAME} 2.0 is in use as before`);
  await fleet.startServer();
  await fleet.untilState(MACHINE, "alive", 60_000);
  await operatorSees(place);
}

/**
 * A list that was made before the order ended can arrive after its answer; for
 * some seconds the server then believes the list.
 */
async function untilListed({ fleet }: Place, version: string): Promise<void> {
  const line = new RegExp(`^${NAME} +${RegExp.escape(version)} `, "m");
  await eventually(
    `The list of ${MACHINE} has ${NAME} ${version}`,
    async () => {
      const { stdout } = await fleet.cli("list", MACHINE);
      return line.test(stdout) ? true : null;
    },
    { withinMs: 60_000 },
  );
}

/** The honest server knows what the machine has, and orders nothing. */
async function operatorSees({ fleet }: Place): Promise<void> {
  const older = ["install", NAME, "1.0", "--on", MACHINE];
  const { code, stderr } = await fleet.cli(...older);
  console.log(stderr.replaceAll(/^/gm, "    | "));
  demand(
    code !== 0 && stderr.includes("downgrade statement"),
    "the operator reads which rule is against an older one",
  );
}

async function steal(
  { directory }: Place,
  thief: Talking,
  { title, name, version, bytes, statement, ordered, reason }: Theft,
): Promise<void> {
  const packagePath = `${directory}/theft.ieo`;
  const statementPath = `${directory}/theft.ieo.sig`;
  await Deno.writeFile(packagePath, bytes);
  await Deno.writeFile(statementPath, statement);
  const told = ordered ?? bytes;
  const what: TheftOrder = {
    ...{ name, version, packagePath, statementPath },
    sha256: toHex(sha256(told)),
    size: told.length,
  };
  await thief.say(JSON.stringify(what));
  const answer = JSON.parse(await thief.line()) as TheftAnswer;
  const [sentence = ""] = answer.note.split("\n");
  demand(
    answer.kind === "failed" && answer.reason === reason,
    `${title}: [rate{${answer.reason}}] ${sentence}`,
  );
}

async function theftsOf(
  { directory }: Place,
  files: Readonly<Record<"old" | "present" | "next" | "other", string>>,
): Promise<Theft[]> {
  const read = async (path: string) => ({
    bytes: await Deno.readFile(path),
    statement: await Deno.readFile(`${path}.sig`),
  });
  const publisher = await keyOf(`${directory}/fleet/keys/publisher.key`);
  const next = await read(files.next);
  const changed = next.bytes.slice();
  const middle = changed.length >> 1;
  changed[middle] = (changed[middle] ?? 0) ^ 1;
  const asNext = { name: NAME, version: "3.0" };
  return [
    {
      title: "unsigned",
      ...asNext,
      bytes: next.bytes,
      statement: crypto.getRandomValues(new Uint8Array(400)),
      reason: "signature",
    },
    {
      title: "signed by himself",
      ...asNext,
      bytes: changed,
      statement: sign(
        keyPairFromSeed(crypto.getRandomValues(new Uint8Array(32))),
        { ...asNext, serial: 2 ** 50 },
        changed,
      ),
      reason: "publisher",
    },
    {
      title: "one byte changed",
      ...asNext,
      bytes: changed,
      statement: next.statement,
      ordered: next.bytes,
      reason: "hash",
    },
    {
      title: "one byte changed, and ordered so",
      ...asNext,
      bytes: changed,
      statement: next.statement,
      reason: "hash",
    },
    {
      title: "an older one",
      name: NAME,
      version: "1.0",
      ...await read(files.old),
      reason: "downgrade",
    },
    {
      title: "another program under this name",
      ...asNext,
      ...await read(files.other),
      reason: "name",
    },
    ...HOSTILE.map(({ title, build }): Theft => {
      const { bytes, ordered: { name, version }, serial } = build();
      const statement = sign(publisher, { name, version, serial }, bytes);
      // An empty file cannot be stated: the statement's size is another one.
      const reason = bytes.length === 0 ? "hash" : "package";
      return { title, name, version, bytes, statement, reason };
    }),
  ];
}

function sign(
  publisher: KeyPair,
  { name, version, serial }: {
    readonly name: string;
    readonly version: string;
    readonly serial: number;
  },
  bytes: Uint8Array,
): Uint8Array {
  return signStatement(publisher, {
    format: 1,
    ...{ name, version, serial },
    size: Math.max(1, bytes.length),
    sha256: toHex(sha256(bytes)),
    hooks: false,
  });
}

async function keyOf(path: string): Promise<KeyPair> {
  const key = decodePrivateKeyPem(await Deno.readTextFile(path));
  if (!key.ok) throw new Error(`Cannot read "${path}": ${key.fault}`);
  return key.value;
}

async function startThief(place: Place, id: string): Promise<Talking> {
  const { directory, server, machine } = place;
  const script = sourceProgram("scripts/packages/thief.ts");
  const config = `${directory}/fleet/flottille.toml`;
  const thief = new Talking(
    within(server.namespace, [...script, config, id, machine.address]),
  );
  demand(await thief.line() === "ready", "the machine obeys the stolen key");
  return thief;
}

/** Every name among the machine's programs, with what the files hold. */
async function everythingOf({ directory }: Place): Promise<string> {
  const lines: string[] = [];
  const walk = async (path: string) => {
    for await (const { name, isDirectory, isSymlink } of Deno.readDir(path)) {
      const at = `${path}/${name}`;
      if (isDirectory) await walk(at);
      if (isDirectory) continue;
      lines.push(
        isSymlink
          ? `${at} -> ${await Deno.readLink(at)}`
          : `${at} ${toHex(sha256(await Deno.readFile(at)))}`,
      );
    }
  };
  await walk(`${directory}/${MACHINE}/programs`);
  return lines.sort().join("\n");
}
