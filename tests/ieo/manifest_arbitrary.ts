/**
 * Any manifest that can be: what property tests try.
 *
 * @module
 */

import fc from "fast-check";
import {
  AGENT_PACKAGE_NAME,
  CONTENT_BYTES_MAX,
  type Hook,
  HOOK_NAMES,
  type Manifest,
  type ManifestFile,
  NATIVE_KINDS,
  type NativePackage,
} from "../../lib/ieo/manifest.ts";
import { clashOf, faultOfPath, foldPath } from "../../lib/ieo/paths.ts";
import { isProgramName, isVersion } from "../../lib/trust/names.ts";
import { HASH } from "./manifest_samples.ts";

const name = fc.stringMatching(/^[a-z0-9][a-z0-9.+_-]{0,12}$/)
  .filter(isProgramName);
const version = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.+~_-]{0,9}$/)
  .filter(isVersion);
const comparison = fc.tuple(
  fc.constantFrom("", "=", ">=", "<=", ">", "<"),
  version,
).map((parts) => parts.join(""));
const range = fc.oneof(
  fc.constant("*"),
  fc.array(comparison, { minLength: 1, maxLength: 8 })
    .map((comparisons) => comparisons.join(" ")),
);
const word = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,9}$/);
const line = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((text) => !/\p{Cc}/u.test(text) && text.isWellFormed());
const part = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9 ._é-]{1,9}$/),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }),
);
const path = fc.array(part, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"))
  .filter((text) => faultOfPath(text) === null);
const moment = fc.date({
  min: new Date("1970-01-01"),
  max: new Date("9999-12-31"),
  noInvalidDate: true,
}).map((date) => date.toISOString().replace(".000Z", "Z"));

const seconds = fc.integer({ min: 1, max: 3_600 });
const argument = fc.string({ unit: "grapheme", maxLength: 12 })
  .filter((text) => !text.includes("\0") && text.isWellFormed());

/** Fields that may be absent: with them, and without each. */
function some<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return fc.record(fields, { requiredKeys: [] });
}

const files: fc.Arbitrary<readonly ManifestFile[]> = fc.uniqueArray(
  fc.record({
    path,
    size: fc.oneof(fc.nat(1_000), fc.nat(CONTENT_BYTES_MAX / 16)),
    sha256: fc.constant(HASH),
    mode: fc.constantFrom(0o644 as const, 0o755 as const),
  }),
  { selector: ({ path }) => foldPath(path), minLength: 1, maxLength: 8 },
).filter((all) => clashOf(all.map((file) => file.path), []) === null);

const user = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,9}$/);
const rest = fc.array(argument, { maxLength: 3 });
const script: fc.Arbitrary<Hook> = fc.record(
  {
    run: argument.filter((text) => text.trim() !== "")
      .map((text): Hook["run"] => [text]),
    deadlineSeconds: seconds,
    user,
    shell: fc.constant("/bin/sh"),
  },
  { requiredKeys: ["run", "deadlineSeconds", "shell"] },
);

function hookOf(programs: readonly string[]): fc.Arbitrary<Hook> {
  const run = fc.tuple(
    fc.constantFrom("/bin/true", "C:\\a b.exe", ...programs),
    rest,
  ).map(([program, rest]): Hook["run"] => [program, ...rest]);
  return fc.oneof(
    fc.record({ run, deadlineSeconds: seconds, user }, {
      requiredKeys: ["run", "deadlineSeconds"],
    }),
    script,
  );
}

const nativeName = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.+_-]{0,9}$/);
const nativeVersion = fc.stringMatching(
  /^[A-Za-z0-9][A-Za-z0-9.+~^:_-]{0,9}$/,
);

function nativeOf(paths: readonly string[]): fc.Arbitrary<NativePackage> {
  const base = {
    path: fc.constantFrom(...paths),
    package: nativeName,
    version: nativeVersion,
  };
  const other = NATIVE_KINDS.filter((kind) => kind !== "exe");
  return fc.oneof(
    fc.record({
      ...base,
      kind: fc.constantFrom(...other),
      arguments: fc.constant([]),
    }),
    fc.record({
      ...base,
      kind: fc.constant("exe" as const),
      arguments: rest,
      remove: fc.constant<Hook["run"]>(["/bin/true", "x"]),
    }, { requiredKeys: ["kind", "arguments", "path", "package", "version"] }),
  );
}

// What depends on no file is made once: making it takes longer than using it.
const relation = fc.record({
  name: name.map((text) => `x${text}`.slice(0, 12)).filter(isProgramName),
  versions: range,
});
const relations = fc.uniqueArray(relation, {
  selector: (one) => one.name,
  maxLength: 3,
});
const target = some({
  os: word,
  architecture: word,
  distribution: word,
}).filter((one) => Object.keys(one).length > 0);
const ofDistribution = fc.record({ distribution: word, versions: range });
const free = some({
  title: line,
  description: line,
  homepage: fc.webUrl({ withFragments: true, withQueryParameters: true }),
  licence: line,
  agent: version,
  expires: moment,
});
const ownName = name.map((text) => `y${text}`).filter(isProgramName);
const serial = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const targets = fc.array(fc.oneof(target, ofDistribution), { maxLength: 3 });
const command = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_+-]{0,9}$/)
  .filter((text) => faultOfPath(text) === null);
const directories = fc.array(path, { maxLength: 3 });

/** Any manifest. */
export const anyManifest: fc.Arbitrary<Manifest> = files.chain((all) => {
  const paths = all.map((file) => file.path);
  const programs = all.filter((file) => file.mode === 0o755)
    .map((file) => file.path);
  const anyPath = fc.constantFrom(...paths);
  const hook = hookOf(programs);
  const fixed = fc.record({
    name: ownName,
    version,
    serial,
    targets,
    requires: relations,
    conflicts: relations,
    bin: programs.length === 0 ? fc.constant([]) : fc.uniqueArray(
      fc.record({
        name: command,
        path: fc.constantFrom(...programs),
      }),
      { selector: (one) => foldPath(one.name), maxLength: 3 },
    ),
    config: fc.uniqueArray(
      fc.record({
        path: anyPath,
        changed: fc.constantFrom("keep" as const, "aside" as const),
      }),
      { selector: (one) => one.path, maxLength: 3 },
    ),
    hooks: some(Object.fromEntries(HOOK_NAMES.map((one) => [one, hook]))),
    native: fc.uniqueArray(nativeOf(paths), {
      selector: (one) => `${one.kind} ${one.package}`,
      maxLength: 2,
    }),
    rollback: fc.boolean(),
    protected: fc.boolean(),
    directories: directories
      .filter((some) => clashOf(paths, some) === null),
    files: fc.constant(all),
  });
  const program = programs[0];
  const self = program === undefined ? fc.constant({}) : fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.record({
        name: fc.constant(AGENT_PACKAGE_NAME),
        self: fc.record({
          path: fc.constant(program),
          deadlineSeconds: seconds,
        }),
      }),
    },
  );
  return fc.tuple(fixed, free, self)
    .map((parts): Manifest => Object.assign({}, ...parts));
});
