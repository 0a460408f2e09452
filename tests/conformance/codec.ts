/**
 * `codec`: a program that reads datagrams in hexadecimal, a line each, and
 * says what they are, is compared with tests/vectors.
 *
 * @module
 */

import type { Result } from "./kit/case.ts";
import { lineOf } from "./kit/report.ts";
import type { Role } from "./wire/body.ts";
import { vectors } from "./wire/vectors.ts";

interface DatagramVectors {
  readonly filterKey: string;
  readonly fleetKey: string;
  readonly serverKey: string;
  readonly machineKey: string;
  readonly good: readonly {
    readonly name: string;
    readonly to: Role;
    readonly body: string;
    readonly bytes: string;
  }[];
  readonly refused: readonly {
    readonly name: string;
    readonly to: Role;
    readonly bytes: string;
    readonly drop: string;
  }[];
}

interface Question {
  readonly name: string;
  readonly to: Role;
  readonly hex: string;
  /** The body, or null: it must be dropped. */
  readonly body: string | null;
  readonly drop: string | null;
}

const FILES = ["sep_datagram", "sep_hostile"];

export async function playCodec(
  [program, ...args]: readonly string[],
): Promise<Result[] | null> {
  if (program === undefined) return null;
  const results: Result[] = [];
  for (const file of FILES) {
    const said = vectors<DatagramVectors>(file);
    const questions = questionsOf(said);
    const child = new Deno.Command(program, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const { filterKey, fleetKey, serverKey, machineKey } = said;
    const lines = [
      `keys ${filterKey} ${fleetKey} ${serverKey} ${machineKey}`,
      ...questions.map(({ to, hex }) => `${to} ${hex || "-"}`),
    ];
    const writer = child.stdin.getWriter();
    const writing = writer.write(
      new TextEncoder().encode(lines.join("\n") + "\n"),
    ).then(() => writer.close()).catch(() => {});
    const { stdout } = await child.output();
    await writing;
    const answers = new TextDecoder().decode(stdout).trimEnd().split("\n");
    for (const [at, question] of questions.entries()) {
      const result = judged(file, question, answers[at] ?? "");
      results.push(result);
      if (result.outcome !== "pass") console.log(lineOf(result));
    }
  }
  return results;
}

function questionsOf({ good, refused }: DatagramVectors): Question[] {
  return [
    ...good.map(({ name, to, bytes: hex, body }) => ({
      ...{ name, to, hex, body, drop: null },
    })),
    ...refused.map(({ name, to, bytes: hex, drop }) => ({
      ...{ name, to, hex, drop, body: null },
    })),
  ];
}

/** Which check found it is ours to know: that it is dropped is the rule. */
function judged(file: string, question: Question, line: string): Result {
  const { name, body, drop } = question;
  const base = {
    id: `${file}: ${name}`,
    section: "Receiving",
    says: "A receiver checks in this order",
    severity: "MUST",
    ms: 0,
  } as const;
  let found: { body?: unknown; dropped?: unknown };
  try {
    found = JSON.parse(line);
  } catch {
    return { ...base, outcome: "fail", seen: `no JSON: ${line.slice(0, 80)}` };
  }
  const isRight = body === null
    ? typeof found.dropped === "string"
    : found.body === body;
  if (!isRight) return { ...base, outcome: "fail", seen: line.slice(0, 200) };
  if (drop === null || found.dropped === drop) {
    return { ...base, outcome: "pass", seen: "" };
  }
  return {
    ...base,
    ...{ severity: "SHOULD", outcome: "fail" },
    seen: `dropped as "${found.dropped}", not as "${drop}"`,
  };
}
