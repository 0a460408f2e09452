/**
 * Stores as servers of older schema versions have left them, made from those
 * very migrations, and the statements that make a later one of them.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import {
  APPLICATION_ID,
  MIGRATIONS,
} from "../../../lib/server/store/store_schema.ts";
import { machine, NOON_MS } from "../examples.ts";

export const ADA = machine("ada");

/** Every statement of one migration, its transaction's ends included. */
export function statementsOf(version: number): string[] {
  const found = MIGRATIONS.find((migration) => migration.version === version);
  const statements = (found?.sql ?? "").replaceAll(/--.*$/gm, "")
    .split(";").map((statement) => statement.trim())
    .filter((statement) => statement !== "");
  return [
    "BEGIN IMMEDIATE",
    ...statements,
    `PRAGMA application_id = ${APPLICATION_ID}`,
    `PRAGMA user_version = ${version}`,
    "COMMIT",
  ];
}

/** Makes it: a machine with a list, a program, an order that waits. */
export function makeVersion1(path: string): void {
  const database = new DatabaseSync(path);
  for (const statement of statementsOf(1)) database.exec(statement);
  database.exec(`
    INSERT INTO meta VALUES ('running', '0'), ('epoch', '7');
    INSERT INTO programs VALUES
      ('${"ab".repeat(32)}', 'hello', '1.0', 1, 'Hello', 1234, x'0102', 5);
    INSERT INTO orders (verb, name, version, sha256, size, created_ms, wheres)
      VALUES ('install', 'hello', '1.0', '${"ab".repeat(32)}', 1234,
        ${NOON_MS}, '["all"]');`);
  database.prepare(`
    INSERT INTO machines (id, public_key, name, host_name, macs, system,
      architecture, agent_version, address, port, status, first_seen_ms,
      last_seen_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`).run(
    ADA.id,
    ADA.publicKey,
    ADA.name,
    ADA.hostName,
    JSON.stringify(ADA.macs),
    ADA.system,
    ADA.architecture,
    ADA.agentVersion,
    ADA.address?.hostname ?? null,
    ADA.address?.port ?? null,
    ADA.status,
    ADA.firstSeenMs,
    ADA.lastSeenMs,
  );
  database.exec(`
    INSERT INTO tasks (order_id, machine, state, phase, attempt, failures,
      tries, cancelling) VALUES (1, 1, 'waiting', 'act', 1, 0, 0, 0);
    INSERT INTO lists VALUES (1, '${"cd".repeat(32)}', ${NOON_MS}, '[]');
    INSERT INTO listed VALUES
      (1, 'hello', '0.9', 'pkg:generic/hello@0.9', 'flottille', '');
    INSERT INTO machine_listed VALUES (1, 1);`);
  database.close();
}

/** The same store, taken over by the server of schema version 2. */
export function makeVersion2(path: string): void {
  makeVersion1(path);
  const database = new DatabaseSync(path);
  for (const statement of statementsOf(2)) database.exec(statement);
  database.close();
}
