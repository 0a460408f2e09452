/** Man pages and completions, made from what --help prints. */

import { assert, assertEquals } from "@std/assert";
import { agentManual } from "../../../lib/cli/agent_help.ts";
import { COMPLETIONS, type Shell } from "../../../lib/cli/manual/completion.ts";
import { completionLines } from "../../../lib/cli/manual/completion_lines.ts";
import { manPage } from "../../../lib/cli/manual/man_page.ts";
import { type Manual, optionsOf } from "../../../lib/cli/manual/manual.ts";
import { serverManual } from "../../../lib/cli/server_main.ts";
import { manPages } from "../../../scripts/man_pages.ts";

const MANUALS = [serverManual(), agentManual()];

/** A program whose words would be a shell's. */
const ODD: Manual = {
  name: "odd-program",
  version: "1",
  about: [".Begins like a command of roff. And goes on"],
  commands: [{
    name: "trap",
    summary: "It's a `trap`: $(exit 1)",
    page: {
      usage: "odd-program trap",
      about: ["A \\ and a -"],
      sections: [{
        title: "Options",
        entries: [{ term: "-o, --output FILE", text: "Into this 'file'" }],
      }],
    },
  }],
};

Deno.test("man pages are what the commands say now", async () => {
  for (const [path, text] of manPages()) {
    assertEquals(await Deno.readTextFile(path), text, path);
  }
});

Deno.test("optionsOf finds every name of an option, and what its value is called", () => {
  assertEquals(ODD.commands.flatMap(optionsOf), [{
    names: ["-o", "--output"],
    metavar: "FILE",
    says: "Into this 'file'",
  }]);
});

Deno.test("manPage takes no word of ours for roff's", () => {
  const page = manPage(ODD);
  assert(page.includes("\n\\&.Begins like"), page);
  assert(page.includes("A \\e and a \\-"));
  for (const manual of MANUALS) {
    for (const line of manPage(manual).split("\n")) {
      assert(!/^\.(?!TH|SH|SS|B|PP|TP|RS|RE|br)/.test(line), line);
    }
  }
});

for (const shell of ["bash", "zsh"] as const) {
  Deno.test(`the completion for ${shell} is a script that its shell can read`, async () => {
    const there = await new Deno.Command(shell, { args: ["-c", ":"] }).output()
      .catch(() => null);
    if (there === null) return; // Not every machine has both.
    for (const manual of [...MANUALS, ODD]) {
      const { code, stderr } = await new Deno.Command(shell, {
        args: ["-n", "-c", COMPLETIONS[shell](manual)],
      }).output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
    }
  });
}

Deno.test("completions know each command and each of its options", () => {
  for (const manual of MANUALS) {
    for (const shell of Object.keys(COMPLETIONS) as Shell[]) {
      const script = completionLines(manual, shell).join("\n");
      for (const command of manual.commands) {
        assert(script.includes(command.name), `${shell}: ${command.name}`);
        for (const { names } of optionsOf(command)) {
          for (const name of names) {
            const word = shell === "fish" ? name.replace(/^-+/, "") : name;
            assert(script.includes(word), `${shell}: ${name}`);
          }
        }
      }
    }
  }
});
