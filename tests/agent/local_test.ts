/** The door of a running agent: what is asked through it, and how much. */

import { assertEquals, assertRejects } from "@std/assert";
import { AgentError } from "../../lib/agent/fault.ts";
import {
  type Answers,
  askAgent,
  openLocalDoor,
} from "../../lib/agent/local.ts";
import { realHost } from "../../lib/host/real.ts";
import { withDirectory } from "../ieo/samples.ts";

const host = realHost();

async function withDoor(
  use: (door: {
    readonly ask: (asked?: unknown) => Promise<unknown>;
    readonly stateDirectory: string;
    readonly heard: readonly unknown[];
  }) => Promise<void>,
) {
  await withDirectory(async (stateDirectory) => {
    const heard: unknown[] = [];
    const echo = (asked: unknown) =>
      Promise.resolve((heard.push(asked), asked));
    const answers: Answers = {
      status: echo,
      list: echo,
      "send-list": echo,
      rollback: echo,
    };
    const door = await openLocalDoor({ host, stateDirectory, answers });
    const question = "rollback" as const;
    try {
      const ask = (asked?: unknown) =>
        askAgent({
          host,
          stateDirectory,
          question,
          ...(asked === undefined ? {} : { asked }),
        });
      await use({ ask, stateDirectory, heard });
    } finally {
      await door.close();
    }
  });
}

Deno.test("askAgent brings what is asked to the answer, and the answer back", async () => {
  await withDoor(async ({ ask }) => {
    assertEquals(await ask(), null);
    const asked = { name: "editor", version: "1.0" };
    assertEquals(await ask(asked), asked);
  });
});

Deno.test("openLocalDoor takes no question without the token, or too long, or none", async () => {
  await withDoor(async ({ ask, stateDirectory, heard }) => {
    await assertRejects(() => ask("x".repeat(5_000)), AgentError);
    const text = await Deno.readTextFile(`${stateDirectory}/local.json`);
    const { port, token } = JSON.parse(text);
    const post = async (body: string, given = token) => {
      const response = await fetch(`http://127.0.0.1:${port}/rollback`, {
        method: "POST",
        headers: { authorization: `Bearer ${given}` },
        body,
      });
      await response.body?.cancel();
      return response.status;
    };
    assertEquals(await post("{"), 400);
    assertEquals(await post("\xff"), 400);
    assertEquals(await post("{}", "guess"), 401);
    assertEquals(heard, []);
    assertEquals(await post("{}"), 200);
    assertEquals(heard, [{}]);
  });
});
