/**
 * The fields of a manifest by which an install runs something: hooks, packages
 * for the system's own manager, the agent's own update.
 *
 * @module
 */

import { describe } from "../../trust/shape.ts";
import {
  filledList,
  type Kind,
  list,
  may,
  need,
  number,
  oneOf,
  or,
  record,
  ruled,
  text,
} from "./kinds.ts";
import {
  type Hook,
  type Hooks,
  isMachinePath,
  NATIVE_KINDS,
  type NativePackage,
  type SelfUpdate,
} from "./types.ts";
import { machinePath, path } from "./values.ts";
import { faultOfPath } from "../paths.ts";

// Specification. Characters are UTF-16 units.

/** Words of a command that is run. */
export const RUN_WORDS_MAX = 64;
/** The longest such word; a script is one word. Windows takes 32,767 in all. */
export const RUN_WORD_CHARS_MAX = 16_384;
/** The longest that a hook may ask to run, in seconds. */
export const HOOK_SECONDS_MAX = 3_600;
/** The longest name of a user who runs a hook. */
export const USER_CHARS_MAX = 32;
/** The longest name and version of a package of the system's manager. */
export const NATIVE_NAME_CHARS_MAX = 128;

const runWord = text({
  what: `text of at most ${RUN_WORD_CHARS_MAX} characters without a NUL`,
  // deno-lint-ignore no-control-regex
  pattern: /^[^\u0000]*$/,
  charsMax: RUN_WORD_CHARS_MAX,
});

const run = filledList(runWord, RUN_WORDS_MAX);

const seconds = number(1, HOOK_SECONDS_MAX);

/** What is wrong with the program that is run, as far as a word shows it. */
function faultOfProgram(program: string): string | null {
  if (isMachinePath(program)) {
    return machinePath.read(program, "").ok
      ? null
      : `runs ${describe(program)}, which is no path of a program`;
  }
  const problem = faultOfPath(program);
  return problem === null
    ? null
    : `runs ${describe(program)}, which ${problem}; begin it with a slash ` +
      "when it is a program of the machine";
}

const hook = ruled(
  record<Hook>({
    run: need(
      run,
      "Program and arguments; without a slash at its beginning the program " +
        'is a file of the package. With "shell": the script alone',
    ),
    deadlineSeconds: need(seconds, "It is ended after this time"),
    user: may(
      text({
        what: "a user's name",
        pattern: /^[A-Za-z_][A-Za-z0-9._-]*$/,
        charsMax: USER_CHARS_MAX,
      }),
      "Who runs it; whoever runs the agent when absent",
    ),
    shell: may(machinePath, "A shell that takes -c and a script: /bin/sh"),
  }),
  ({ run, shell }) => {
    if (shell === undefined) return faultOfProgram(run[0]);
    if (run.length > 1) return 'has a shell, so "run" must be the script alone';
    return run[0].trim() === "" ? "has an empty script" : null;
  },
  {
    if: { required: ["shell"] },
    then: { properties: { run: { maxItems: 1 } } },
  },
);

/** A hook for each moment that has one. */
export const hooks: Kind<Hooks> = record<Hooks>({
  preinstall: may(hook, "Before anything of the program is put in its place"),
  postinstall: may(hook, "After the switch to the new version"),
  check: may(hook, "Last of all: does the program work?"),
  preremove: may(hook, "Before the program is taken away"),
  postremove: may(hook, "After the program was taken away"),
});

/** A package for the system's manager. */
export const nativePackage: Kind<NativePackage> = ruled(
  record<NativePackage>({
    kind: need(oneOf(NATIVE_KINDS), "Which of the systems' formats it has"),
    path: need(path, "A file of the package"),
    package: need(
      text({
        // Managers take what begins with a dash or a slash for an option.
        what: "a package's name, which begins with a letter, a digit or {",
        // deno-lint-ignore no-control-regex
        pattern: /^[A-Za-z0-9{][^\u0000-\u001f\u007f-\u009f]*$/,
        charsMax: NATIVE_NAME_CHARS_MAX,
      }),
      "Its name in the system's manager",
    ),
    version: need(
      text({
        what: "a version as the system's manager tells it",
        pattern: /^[A-Za-z0-9][A-Za-z0-9.+~^:_-]*$/,
        charsMax: NATIVE_NAME_CHARS_MAX,
      }),
      "As the system's manager tells it: 1:2.10-3",
    ),
    arguments: or(
      [],
      list(runWord, RUN_WORDS_MAX),
      "Of an exe: what makes it silent",
    ),
    remove: may(
      run,
      "Of an exe or a pkg: program and arguments that remove it",
    ),
  }),
  ({ kind, package: name, arguments: words, remove }) => {
    if (kind !== "exe" && words.length > 0) {
      return `is of the kind ${kind}; only an exe has "arguments"`;
    }
    if (remove !== undefined && kind !== "exe" && kind !== "pkg") {
      return `is of the kind ${kind}; only an exe or a pkg has "remove"`;
    }
    if (
      ["deb", "rpm", "apk"].includes(kind) && !/^[A-Za-z0-9.+_-]+$/.test(name)
    ) return `has the name ${describe(name)}, which no ${kind} can have`;
    return remove === undefined ? null : faultOfProgram(remove[0]);
  },
  {
    allOf: [
      {
        if: { properties: { kind: { const: "exe" } } },
        else: { properties: { arguments: { maxItems: 0 } } },
      },
      {
        if: { properties: { kind: { enum: ["exe", "pkg"] } } },
        else: { not: { required: ["remove"] } },
      },
    ],
  },
);

/** The agent's own update. */
export const selfUpdate: Kind<SelfUpdate> = record<SelfUpdate>({
  path: need(path, "The new executable: a file of the package, of mode 0755"),
  deadlineSeconds: need(
    seconds,
    "The old one is back when it is silent so long",
  ),
});
