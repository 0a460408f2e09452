/**
 * The rule of the rooms as two tables and the check that follows from them:
 * who may import whom, and who may touch the outside world. Used by
 * `rooms_test.ts`. It reads the syntax tree and not the text, so neither a
 * comment nor a string can break it or hide from it.
 *
 * @module
 */

import { posix } from "node:path";
import type { Source } from "../scripts/sources.ts";

/** A room imports only from itself and from rooms before it. */
export const ROOMS = [
  "host",
  "trust",
  "sep",
  "sip",
  "ieo",
  "peo",
  "install",
  "agent",
  "server",
  "cli",
] as const;

/** Rooms that come before another and are closed to it all the same. */
const CLOSED: Readonly<Record<string, readonly string[]>> = {
  server: ["agent"],
};

/** Who may touch the outside world. */
const WORLDLY = /^(lib\/host\/|scripts\/|tests\/|server\.ts$|agent\.ts$)/;

/** The real things: only who starts a program puts them in. */
const REAL = /^lib\/host\/(?:real|(?:real|worker)_[a-z_]+)\.ts$/;

/** Node's modules that compute and touch nothing. */
const PURE_NODE = new Set([
  "node:buffer",
  "node:crypto",
  "node:path",
  "node:path/posix",
  "node:stream",
  "node:url",
  "node:util",
  "node:zlib",
]);

/** `node:sqlite` does its own I/O, behind the store's one interface. */
const STORE = /^lib\/server\/store\//;

/** What reaches the outside, and what to use in its place. */
const OUTSIDE: ReadonlyMap<string, string> = new Map(Object.entries({
  "Deno": "the interfaces of lib/host/",
  "process": "the interfaces of lib/host/",
  "globalThis": "the interfaces of lib/host/",
  "console": "Terminal, or the log",
  "fetch": "Http.fetch",
  "setTimeout": "Clock.after",
  "setInterval": "Clock.after",
  "AbortSignal.timeout": "Clock.after",
  "Date.now": "Clock.wallMs",
  "new Date()": "new Date(clock.wallMs())",
  "performance": "Clock.monotonicMs",
  "Math.random": "Randomness.fraction",
  "crypto.getRandomValues": "Randomness.bytes",
  "crypto.randomUUID": "Randomness.bytes",
  "crypto.subtle.generateKey": "Randomness.bytes",
  "Worker": "the interfaces of lib/host/",
  "WebSocket": "the interfaces of lib/host/",
  "localStorage": "Disk",
}));

/** The exports of `node:crypto` that are not computed. */
const CHANCE = /^(random|generateKey|generatePrime|webcrypto)/;

/**
 * What is loaded with one file: paths of this repository, or bare names.
 * Types are not loaded.
 */
export function loadedWith(source: Source): string[] {
  const found: string[] = [];
  walk(source, (specifier, _, isType) => {
    if (!isType) found.push(resolve(source.path, specifier));
  }, () => {});
  return found;
}

/** What is wrong in one file, each with what to do about it. */
export function brokenRules(source: Source): string[] {
  const broken: string[] = [];
  walk(
    source,
    (specifier, names) =>
      broken.push(
        ...judgeImport(source.path, resolve(source.path, specifier), names),
      ),
    (name) => {
      const instead = OUTSIDE.get(name);
      if (instead === undefined || WORLDLY.test(source.path)) return;
      broken.push(`${name} reaches the outside: use ${instead}`);
    },
  );
  return broken.map((each) => `${source.path}: ${each}`);
}

function judgeImport(from: string, to: string, names: string[]): string[] {
  const broken: string[] = [];
  const [fromRoom, toRoom] = [roomOf(from), roomOf(to)];
  if (fromRoom !== null) {
    const order: readonly string[] = ROOMS;
    const [here, there] = [
      order.indexOf(fromRoom),
      order.indexOf(toRoom ?? ""),
    ];
    if (here < 0) {
      broken.push(`lib/${fromRoom} is no room: see the table in DESIGN`);
    } else if (/^(scripts|tests)\/|^(server|agent)\.ts$/.test(to)) {
      broken.push(`imports ${to}: a room knows nothing of what uses it`);
    } else if (there > here || CLOSED[fromRoom]?.includes(toRoom ?? "")) {
      broken.push(
        `${fromRoom} imports ${to}: move what both need into a room ` +
          `before ${fromRoom}, or hand it in as an argument`,
      );
    }
    if (REAL.test(to) && fromRoom !== "host") {
      broken.push(
        `imports ${to}: take the interface, and let the program ` +
          "that starts hand in the real thing",
      );
    }
  }
  if (!to.startsWith("node:") || WORLDLY.test(from)) return broken;
  if (to === "node:sqlite" ? !STORE.test(from) : !PURE_NODE.has(to)) {
    broken.push(`imports ${to}, which reaches the outside: use lib/host/`);
  }
  const chance = names.filter((name) => CHANCE.test(name));
  if (to === "node:crypto" && chance.length > 0) {
    broken.push(`imports ${chance} of ${to}: use Randomness`);
  }
  return broken;
}

/** The room of a file in `lib/`; null for what lies elsewhere. */
function roomOf(path: string): string | null {
  return /^lib\/([^/]+)/.exec(path)?.[1] ?? null;
}

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return posix.join(posix.dirname(from), specifier);
}

/**
 * Calls back for each module that is named, and each name that is used and is
 * not the file's own.
 */
function walk(
  source: Source,
  onImport: (specifier: string, names: string[], isType: boolean) => void,
  onName: (name: string) => void,
): void {
  const used: string[] = [];
  const own = new Set<string>();
  const create = (): Deno.lint.LintVisitor => ({
    ImportDeclaration: ({ source, specifiers, importKind }) =>
      onImport(
        source.value,
        specifiers.map(importedName),
        importKind === "type",
      ),
    ImportExpression: ({ source }) =>
      onImport(
        source.type === "Literal" ? String(source.value) : "",
        [],
        false,
      ),
    ExportAllDeclaration: ({ source, exportKind }) =>
      onImport(source.value, [], exportKind === "type"),
    ExportNamedDeclaration: ({ source, exportKind }) => {
      if (source !== null) onImport(source.value, [], exportKind === "type");
    },
    TSImportType: ({ argument }) => {
      if (argument.type === "TSLiteralType") {
        const { value } = argument.literal as { value?: unknown };
        onImport(String(value), [], true);
      }
    },
    Identifier: (node) => {
      if (declares(node)) own.add(node.name);
      else if (!isKey(node)) used.push(node.name);
    },
    MemberExpression: (node) => void used.push(dotted(node)),
    NewExpression: ({ callee, arguments: given }) => {
      const name = callee.type === "Identifier" ? callee.name : "";
      if (given.length === 0) used.push(`new ${name}()`);
    },
  });
  Deno.lint.runPlugin(
    { name: "rooms", rules: { rooms: { create } } },
    source.path.split("/").at(-1) ?? "source.ts",
    source.text,
  );
  const isOwn = (name: string) => own.has(name.split(".")[0] ?? "");
  used.filter((name) => !isOwn(name)).forEach(onName);
}

function importedName(specifier: { type: string }): string {
  const { imported } = specifier as { imported?: { name?: string } };
  return imported?.name ?? "";
}

interface Parent {
  readonly type: string;
  readonly parent?: { readonly type: string };
  readonly id?: unknown;
  readonly params?: readonly unknown[];
  readonly left?: unknown;
  readonly key?: unknown;
  readonly property?: unknown;
  readonly computed?: boolean;
  readonly shorthand?: boolean;
}

/** True where an identifier gives something of this file its name. */
function declares(node: Deno.lint.Identifier): boolean {
  const parent = node.parent as unknown as Parent;
  return parent.id === node || parent.params?.includes(node) === true ||
    (parent.type === "AssignmentPattern" && parent.left === node) ||
    /^Import.*Specifier$/.test(parent.type) ||
    (parent.type === "Property" && parent.parent?.type === "ObjectPattern");
}

/** True where an identifier only names a part of something else. */
function isKey(node: Deno.lint.Identifier): boolean {
  const parent = node.parent as unknown as Parent;
  if (parent.computed === true || parent.shorthand === true) return false;
  return parent.property === node || parent.key === node;
}

/** `a.b.c` for such an expression; empty for any other. */
function dotted(node: Deno.lint.Expression): string {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression") return "";
  const { object, property } = node;
  return property.type === "Identifier"
    ? `${dotted(object as Deno.lint.Expression)}.${property.name}`
    : "";
}
