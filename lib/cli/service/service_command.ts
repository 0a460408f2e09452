/**
 * `service install|uninstall|status` of both programs: puts the executable
 * where it stays, makes the service of it, and says what was done.
 *
 * @module
 */

import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import type { ExitName } from "../exit_codes.ts";
import { CliFailure } from "../failure.ts";
import type { Output } from "../output.ts";
import type { ProcessFacts } from "../process_facts.ts";
import { suggestion } from "../suggestion.ts";
import {
  type Bench,
  installService,
  serviceStatus,
  uninstallService,
} from "./actions.ts";
import { putProgram } from "./changes.ts";
import { openPlace } from "./place.ts";
import { EXECUTABLES, type Service } from "./service.ts";

/** The actions, and what each is for. */
export const SERVICE_ACTIONS = {
  install: "make the service, and start it",
  uninstall: "end it, and take away what install has written",
  status: "say how it is",
} as const;

/** One of them. */
export type ServiceAction = keyof typeof SERVICE_ACTIONS;

/** What the commands of both programs have in common. */
export interface ServiceRequest {
  readonly action: string;
  /** Into the system that lies in this directory; absent: this one. */
  readonly root: string | undefined;
  readonly manager: string | undefined;
  readonly json: boolean;
}

/** What they work with. */
export interface ServiceContext {
  readonly host: Host;
  readonly output: Output;
  readonly process: ProcessFacts;
  /** Before anything is installed: refuses what could not run. */
  prepare(bench: Bench): Promise<void>;
  /** The service of this executable. */
  serviceOf(executable: string): Service;
  /** What uninstalling leaves, a line each. */
  readonly left: readonly string[];
}

/** The word, if it is an action. @throws {CliFailure} else. */
export function actionOf(word: string): ServiceAction {
  if (Object.hasOwn(SERVICE_ACTIONS, word)) return word as ServiceAction;
  const names = Object.keys(SERVICE_ACTIONS);
  const near = suggestion(word, names);
  throw new CliFailure(
    "usage",
    `There is no service ${word}${near === null ? "" : `; ${near}`}`,
    { advice: [`There are: service ${names.join(", service ")}`] },
  );
}

/** Runs one of the actions. */
export async function serviceCommand(
  context: ServiceContext,
  { action: word, root = "", manager, json }: ServiceRequest,
): Promise<ExitName> {
  const { host, output, process } = context;
  const action = actionOf(word);
  const place = await openPlace(host, { root, manager });
  const tell = (line: string) => output.line(line);
  const bench = { host, place, tell };
  const name = context.serviceOf("").name;
  const to = `${EXECUTABLES}/${name}`;
  const service = context.serviceOf(to);
  if (action === "uninstall") {
    await uninstallService(bench, service);
    output.text([
      `Left: ${to}`,
      ...context.left.map((path) => `Left: ${path}`),
    ]);
    return "ok";
  }
  if (action === "status") return await status(context, bench, service, json);
  const from = process.executable;
  if (from === undefined) {
    throw new CliFailure(
      "usage",
      "Cannot make a service of a program that runs from its sources",
      { advice: ["Make the executables first: deno task compile"] },
    );
  }
  await context.prepare(bench);
  const isNews = await putProgram(host.disk, from, place.at(to));
  tell(isNews ? `Copied the program to ${to}` : `Is as it should be: ${to}`);
  await installService(bench, service, isNews);
  return "ok";
}

async function status(
  { output }: ServiceContext,
  bench: Bench,
  service: Service,
  json: boolean,
): Promise<ExitName> {
  const { manager } = bench.place;
  const found = await serviceStatus(bench, service);
  const { file, isEnabled, isRunning, details } = found;
  if (json) {
    output.json({ manager: manager.title, file, isEnabled, isRunning });
  } else {
    output.line(`${manager.file(service).path}: ${file}`);
    output.line(
      isEnabled ? "It starts at each boot" : "It does not start by itself",
    );
    output.line(
      isRunning === null
        ? `${manager.title} does not run here`
        : isRunning
        ? "It runs"
        : "It does not run",
    );
    if (file === "changed") {
      output.note(
        "Another version wrote it, or a person: service install writes it again",
      );
    }
    if (details !== "") output.text(["", ...details.trimEnd().split("\n")]);
  }
  return isRunning === true ? "ok" : "notRunning";
}

/** A path of the service's system, within the root that was given. */
export function within(root: string | undefined, path: string): string {
  return root === undefined ? path : join(root, path);
}
