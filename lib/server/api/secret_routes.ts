/**
 * The routes of the local API for the secrets by which machines join.
 *
 * @module
 */

import type { Hono } from "hono";
import type { SecretBook } from "../machines/secret_book.ts";

/** Adds them. */
export function addSecrets(
  app: Hono,
  book: Pick<SecretBook, "view" | "reload"> | undefined,
): void {
  if (book === undefined) return;
  app.get("/v1/secrets", (context) => context.json(book.view()));
  app.post(
    "/v1/secrets/reload",
    async (context) => context.json(await book.reload()),
  );
}
