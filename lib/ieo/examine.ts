/**
 * Everything that an agent will ask of a package, asked on the publisher's own
 * computer: one check for each question, and whether it holds. It calls what
 * the agent calls (`verify.ts`, `open.ts`, `admission.ts`), so that the words of
 * a check that fails are the very words of the agent and of `publish`; and it
 * goes on after a fault where that makes sense, which an agent never does.
 *
 * Whether a machine is among the targets is not judged: it depends on the
 * machine. Nor is a downgrade: it depends on what is installed.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import { unseal } from "../trust/envelope.ts";
import type { Outcome } from "../trust/outcome.ts";
import type { PublishersList } from "../trust/publishers.ts";
import {
  openStatement,
  type Statement,
  STATEMENT_BYTES_MAX,
  STATEMENT_FAULTS,
  STATEMENT_TYPE,
  type StatementFault,
} from "../trust/statement.ts";
import { faultOfAdmission, faultOfClaim } from "./fit/admission.ts";
import {
  type Check,
  type CheckName,
  CHECKS,
  type Verdict,
} from "./examine/checks.ts";
import { dryDisk } from "./examine/dry_disk.ts";
import type { Progress } from "./extract.ts";
import type { Manifest } from "./manifest.ts";
import { openPackage } from "./open.ts";
import type { PackageFault } from "./package_fault.ts";
import { verifyPackageFile } from "./verify.ts";

/** What was found. */
export interface Examination {
  /** One for each of `CHECKS`, in that order. */
  readonly checks: readonly Check[];
  /** Who signed, in base64url; null when that cannot be said. */
  readonly publisher: string | null;
  /** What is signed; null when nothing is, or by nobody. */
  readonly statement: Statement | null;
  /** Null when the package cannot be opened. */
  readonly manifest: Manifest | null;
}

/** What `examinePackage` is given. */
export interface ExamineOptions {
  readonly disk: Disk;
  readonly path: string;
  /** The bytes of `A.ieo.sig`. */
  readonly statement: Uint8Array;
  /** Null when there is no list to ask. */
  readonly publishers: PublishersList | null;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Of the reading of its files. */
  readonly onProgress?: Progress;
}

/**
 * Makes every check. Reads all of the package.
 *
 * @throws what the disk throws.
 */
export async function examinePackage(
  options: ExamineOptions,
): Promise<Examination> {
  const report = new Report();
  const signed = judgeStatement(options, report);
  const { publisher, statement } = signed;
  const isTheFile = statement !== null &&
    await judgeFile(options, signed, statement, report);
  const manifest = isTheFile
    ? await judgeContent(options, statement, report)
    : null;
  return { checks: report.checks(), publisher, statement, manifest };
}

/** What came of each check; those nobody spoke of could not be made. */
class Report {
  readonly #said = new Map<CheckName, Check>();

  say(name: CheckName, verdict: Verdict, text: string): void {
    // The first thing that is said of a check is the reason.
    if (!this.#said.has(name)) this.#said.set(name, { name, verdict, text });
  }

  checks(): Check[] {
    const names = Object.keys(CHECKS) as CheckName[];
    return names.map((name): Check =>
      this.#said.get(name) ?? {
        name,
        verdict: "unknown",
        text: "what it needs does not hold",
      }
    );
  }
}

/** A statement, and a list by which its signature alone is judged. */
interface Signed {
  readonly publisher: string | null;
  readonly statement: Statement | null;
  readonly anybody: PublishersList;
}

function judgeStatement(
  { path, statement: bytes, publishers }: ExamineOptions,
  report: Report,
): Signed {
  const envelope = unseal(bytes, STATEMENT_TYPE, STATEMENT_BYTES_MAX);
  const key = envelope.ok ? envelope.value.keyId : "";
  const anybody = listOf(key);
  const fails = (name: CheckName, found: StatementFault) =>
    report.say(
      name,
      "fails",
      `Cannot trust ${path}: its statement ${STATEMENT_FAULTS[found]}`,
    );
  const own = openStatement(bytes, anybody);
  if (!envelope.ok || !own.ok && own.fault === "malformed") {
    fails("form", "malformed");
    return { publisher: null, statement: null, anybody };
  }
  report.say("form", "holds", "is a statement on a package");
  if (own.ok) report.say("signature", "holds", "is of the key it names");
  else fails("signature", "signature");
  judgeRights({ bytes, publishers, own }, report, fails);
  const statement = own.ok ? own.value : null;
  return { publisher: key, statement, anybody };
}

/** A list on which only this key is, with every right. */
function listOf(key: string): PublishersList {
  return {
    format: 1,
    version: 1,
    issued: "1970-01-01T00:00:00Z",
    expires: "9999-12-31T23:59:59Z",
    publishers: [{ key, names: ["*"], hooks: true }],
    revoked: [],
  };
}

/** In which order `openStatement` finds faults in what the list says. */
const RIGHTS = [
  ["revoked", "is not among the revoked keys"],
  ["publisher", "is on the publishers' list"],
  ["name", "is among the names of this publisher"],
  ["hooks", "is given, or not needed"],
] as const;

const CHECK_OF: Readonly<Partial<Record<StatementFault, CheckName>>> = {
  revoked: "revoked",
  unknown: "publisher",
  name: "name",
  hooks: "hooks",
};

function judgeRights(
  { bytes, publishers, own }: {
    readonly bytes: Uint8Array;
    readonly publishers: PublishersList | null;
    readonly own: Outcome<Statement, StatementFault>;
  },
  report: Report,
  fails: (name: CheckName, found: StatementFault) => void,
): void {
  if (publishers === null) {
    for (const [name] of RIGHTS) {
      report.say(name, "unknown", "there is no publishers' list to ask");
    }
    return;
  }
  const judged = openStatement(bytes, publishers);
  const stopsAt = judged.ok ? undefined : CHECK_OF[judged.fault];
  if (!judged.ok && stopsAt !== undefined) fails(stopsAt, judged.fault);
  for (const [name, good] of RIGHTS) {
    if (name === stopsAt) return;
    // A forged statement has a name and rights that mean nothing.
    if (!own.ok && (name === "name" || name === "hooks")) return;
    report.say(name, "holds", good);
  }
}

/** Is the file the one that the statement speaks of? */
async function judgeFile(
  { disk, path, statement: bytes }: ExamineOptions,
  { anybody }: Signed,
  statement: Statement,
  report: Report,
): Promise<boolean> {
  const { name, version, size, sha256 } = statement;
  const verified = await verifyPackageFile({
    disk,
    path,
    statement: bytes,
    publishers: anybody,
    ordered: { name, version, size, sha256 },
  });
  const isSize = (await disk.stat(path))?.size === size;
  if (isSize) report.say("size", "holds", `${size} bytes`);
  if (verified.ok) report.say("sha256", "holds", sha256);
  else report.say(isSize ? "sha256" : "size", "fails", verified.fault.detail);
  return verified.ok;
}

/** Opens the package, and unpacks it into nothing. */
async function judgeContent(
  options: ExamineOptions,
  statement: Statement,
  report: Report,
): Promise<Manifest | null> {
  const { path, nowMs, onProgress } = options;
  const disk = dryDisk(options.disk);
  const opened = await openPackage({ disk, path, statement });
  if (!opened.ok) {
    report.say(checkOfFault(opened.fault), "fails", opened.fault.detail);
    return null;
  }
  const { manifest } = opened.value;
  try {
    report.say("zip", "holds", "every tool reads the same files in it");
    judgeManifest(manifest, statement, report);
    const extracted = await opened.value.extract("", onProgress);
    if (extracted.ok) {
      const count = manifest.files.length;
      report.say("files", "holds", `${count} read, each as the manifest says`);
    } else report.say("files", "fails", extracted.fault.detail);
  } finally {
    opened.value.close();
  }
  const expired = faultOfAdmission(
    // Only time is judged: the machine and its agent are not known.
    {
      name: manifest.name,
      version: manifest.version,
      targets: [],
      ...expiryOf(manifest),
    },
    { facts: NO_MACHINE, agentVersion: "", nowMs },
  );
  if (expired !== null) report.say("expiry", "fails", expired.detail);
  else report.say("expiry", "holds", manifest.expires ?? "none");
  return manifest;
}

const NO_MACHINE = {
  os: "",
  architecture: "",
  distribution: "",
  distributionVersion: "",
};

function expiryOf({ expires }: Manifest): Pick<Manifest, "expires"> {
  return expires === undefined ? {} : { expires };
}

function judgeManifest(
  manifest: Manifest,
  statement: Statement,
  report: Report,
): void {
  const claim = faultOfClaim(manifest, statement);
  if (claim !== null) report.say("manifest", "fails", claim.detail);
  else report.say("manifest", "holds", "keeps its rules and the statement");
}

/** Is it the zip or its manifest that was refused? */
function checkOfFault({ reason, detail }: PackageFault): CheckName {
  const isOfManifest = reason !== "package" ||
    /: (?:In the|The) manifest/.test(detail);
  return isOfManifest ? "manifest" : "zip";
}
