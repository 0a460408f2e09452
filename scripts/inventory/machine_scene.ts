/**
 * A real machine's document beside what its own tools say: none missed, none
 * invented. dpkg and npm are this computer's; rpm has a root of its own.
 *
 * @module
 */

import { createPublicKey } from "node:crypto";
import { verifyList } from "../../lib/trust/list_statement.ts";
import { fromBase64Url, sha256, toHex } from "../../lib/trust/bytes.ts";
import { machineOf } from "../../lib/trust/keys.ts";
import { makeRpm, makeSystemRoot } from "../../tests/install/native_root.ts";
import type { Fleet } from "../kit/fleet.ts";
import { enrol, hasProgram, must, type Report, type Stage } from "./scene.ts";

/** What this reads of a document. */
interface Document {
  readonly bomFormat: string;
  readonly components: readonly {
    readonly name: string;
    readonly version?: string;
    readonly properties: readonly { name: string; value: string }[];
  }[];
}

/** Plays the scene. */
export async function machineScene({ fleet: make, report }: Stage) {
  const fleet = await make({ config: `[collect]\nlibraries = ["npm"]` });
  await fleet.startServer();
  await enrol(fleet, "real");
  const root = `${fleet.directory}/rpm-root`;
  const hasRpm = await hasProgram("rpmbuild") && Deno.uid() === 0;
  if (hasRpm) {
    await makeRpmRoot(fleet.directory, root);
    await enrol(fleet, "rpm", { more: ["--native-root", root] });
  }
  await fleet.ok("collect", "--on", "all", "--wait", "--timeout", "60");

  const real = await documentOf(fleet, "real", report);
  compare(report, "dpkg-query", await dpkgSays(), real("dpkg"));
  compare(report, "npm ls -g --all", await npmSays(), real("npm"));
  if (!hasRpm) return report.says("rpm is not installed: not compared");
  const rpm = await documentOf(fleet, "rpm", report);
  compare(report, "rpm -qa", await rpmSays(root), rpm("rpm"));
}

/** The server's copy, whose signature must hold; gives a source's programs. */
async function documentOf(
  fleet: Fleet,
  name: string,
  report: Report,
): Promise<(source: string) => Set<string>> {
  const path = `${fleet.directory}/${name}.cdx.json`;
  await fleet.ok("list", name, "--document", "--output", path);
  const bytes = await Deno.readFile(path);
  const pem = await Deno.readTextFile(`${path}.pub`);
  const { x = "" } = createPublicKey(pem).export({ format: "jwk" });
  const key = fromBase64Url(x);
  if (key === null) throw new Error(`${path}.pub is no key: ${pem}`);
  const statement = {
    machine: machineOf(key),
    sha256: toHex(sha256(bytes)),
    size: bytes.length,
  };
  const signature = await Deno.readFile(`${path}.sig`);
  const holds = verifyList(key, statement, signature);
  report.demand(holds, `${name}: ${bytes.length} bytes, signed by the machine`);
  const document: Document = JSON.parse(new TextDecoder().decode(bytes));
  if (document.bomFormat !== "CycloneDX") throw new Error("No CycloneDX");
  return (source) => programsOf(document, source);
}

/** `name version architecture`, of this source. */
function programsOf({ components }: Document, source: string): Set<string> {
  const found = new Set<string>();
  for (const { name, version, properties } of components) {
    const property = (wanted: string) =>
      properties.find(({ name }) => name === `flottille:${wanted}`)?.value;
    if (property("source") !== source) continue;
    const architecture = property("architecture") ?? "";
    found.add(`${name} ${version ?? ""} ${architecture}`.trim());
  }
  return found;
}

function compare(
  report: Report,
  tool: string,
  theirs: ReadonlySet<string>,
  ours: ReadonlySet<string>,
): void {
  const missed = [...theirs].filter((program) => !ours.has(program));
  const invented = [...ours].filter((program) => !theirs.has(program));
  report.demand(
    theirs.size > 0 && missed.length === 0 && invented.length === 0,
    `${tool}: ${theirs.size} programs; the document: ${ours.size}; none ` +
      "missed, none invented",
    `${theirs.size} and ${ours.size}; missed: ${missed.slice(0, 20)}; ` +
      `invented: ${invented.slice(0, 20)}`,
  );
}

async function dpkgSays(): Promise<Set<string>> {
  const format = "${db:Status-Status}\\t${Package} ${Version} " +
    "${Architecture}\\n";
  const { stdout } = await must(["dpkg-query", "-W", "-f", format]);
  const installed = linesOf(stdout)
    .filter((line) => line.startsWith("installed\t"))
    .map((line) => line.slice("installed\t".length));
  return new Set(installed);
}

async function rpmSays(root: string): Promise<Set<string>> {
  const format = "%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} %{ARCH}\\n";
  const asked = ["rpm", "--root", root, "-qa", "--qf", format];
  return new Set(linesOf((await must(asked)).stdout));
}

interface NpmTree {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, NpmTree>>;
}

async function npmSays(): Promise<Set<string>> {
  const { stdout } = await must(["npm", "ls", "-g", "--all", "--json"]);
  const found = new Set<string>();
  const walk = ({ dependencies = {} }: NpmTree) => {
    for (const [name, tree] of Object.entries(dependencies)) {
      // What is wanted and not there has no version.
      if (tree.version !== undefined) found.add(`${name} ${tree.version}`);
      walk(tree);
    }
  };
  walk(JSON.parse(stdout));
  return found;
}

/** rpm's database with some packages, one of them in two versions. */
async function makeRpmRoot(directory: string, root: string): Promise<void> {
  await makeSystemRoot(root);
  const packages = [
    await makeRpm(directory, { name: "ledger", version: "1.0" }),
    await makeRpm(directory, {
      ...{ name: "slides", version: "7.2" },
      fields: ["Epoch: 2", "Vendor: Example School"],
    }),
    await makeRpm(directory, { name: "atlas", version: "0.9~beta1" }),
  ];
  for (const file of packages) {
    await must(["rpm", "--root", root, "-i", "--nodeps", file]);
  }
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
