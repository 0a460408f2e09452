/**
 * The tables, with the reasons for their shape, as numbered migrations: each
 * number is the schema version that the migration produces, kept in SQLite's
 * `user_version`. A migration that was shipped is never edited; the next
 * change gets the next number (B-06).
 *
 * @module
 */

import { SCHEMA_5 } from "./store_schema_5.ts";

/** "Flot": SQLite's `application_id`, so no other database is taken for ours. */
export const APPLICATION_ID = 0x466c6f74;

interface Migration {
  /** The schema version that it makes. */
  readonly version: number;
  readonly sql: string;
}

/** All of them, oldest first; a new store goes through each. */
export const MIGRATIONS: readonly Migration[] = [{
  version: 1,
  sql: `
-- Single values: the epoch, and whether a server runs on this file.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Machines are never deleted, so what happened to one can always be told. The
-- identifier is the hash of the key; "number" only keeps the tables that refer
-- to machines small. Two names that differ in case only would be a trap.
CREATE TABLE machines (
  number        INTEGER PRIMARY KEY,
  id            TEXT NOT NULL UNIQUE,
  public_key    BLOB NOT NULL UNIQUE,
  name          TEXT NOT NULL UNIQUE COLLATE NOCASE,
  host_name     TEXT NOT NULL,
  macs          TEXT NOT NULL,              -- JSON: ["aa:bb:cc:dd:ee:ff"]
  system        TEXT NOT NULL,
  architecture  TEXT NOT NULL,
  agent_version TEXT NOT NULL,
  address       TEXT,                       -- NULL: never heard
  port          INTEGER,
  status        TEXT NOT NULL
    CHECK (status IN ('approved', 'pending', 'revoked')),
  first_seen_ms INTEGER NOT NULL,
  last_seen_ms  INTEGER
) STRICT;

-- How often each enrolment secret was used. The secrets themselves are in a
-- file of the owner's; a secret that he takes away keeps its line here.
CREATE TABLE secret_uses (
  secret TEXT PRIMARY KEY,
  uses   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The catalogue. One name and version is one file for ever: a machine that
-- has it must not learn of another file of the same name.
CREATE TABLE programs (
  sha256       TEXT PRIMARY KEY,
  name         TEXT NOT NULL,
  version      TEXT NOT NULL,
  serial       INTEGER NOT NULL,
  title        TEXT NOT NULL,
  size         INTEGER NOT NULL,
  statement    BLOB NOT NULL,
  published_ms INTEGER NOT NULL,
  UNIQUE (name, version),
  UNIQUE (name, serial)
) STRICT;

-- AUTOINCREMENT: a number is never given twice. Machines remember the results
-- of orders by it, and would repeat the old one for a new order.
CREATE TABLE orders (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  verb       TEXT NOT NULL,
  name       TEXT NOT NULL,
  version    TEXT NOT NULL,
  sha256     TEXT NOT NULL,
  size       INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  wheres     TEXT NOT NULL                  -- JSON: ["all"]
) STRICT;

CREATE TABLE tasks (
  order_id    INTEGER NOT NULL REFERENCES orders (id),
  machine     INTEGER NOT NULL REFERENCES machines (number),
  state       TEXT NOT NULL CHECK
    (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  phase       TEXT NOT NULL,
  attempt     INTEGER NOT NULL,
  failures    INTEGER NOT NULL,
  tries       INTEGER NOT NULL,
  cancelling  INTEGER NOT NULL,
  answer      TEXT,
  reason      TEXT,
  next_try_ms INTEGER,
  ended_ms    INTEGER,
  PRIMARY KEY (order_id, machine)
) STRICT, WITHOUT ROWID;

-- What a start reads: a few tasks among a long history.
CREATE INDEX tasks_open ON tasks (order_id)
  WHERE state IN ('waiting', 'running');

-- What a list of orders counts, without reading the tasks themselves.
CREATE INDEX tasks_state ON tasks (order_id, state);

CREATE TABLE lists (
  machine INTEGER PRIMARY KEY REFERENCES machines (number),
  sha256  TEXT NOT NULL,
  at_ms   INTEGER NOT NULL,
  faults  TEXT NOT NULL                     -- JSON: what could not be listed
) STRICT;

-- Machines of one room list the same programs: each is kept once, and a
-- machine's list is a set of numbers.
CREATE TABLE listed (
  number       INTEGER PRIMARY KEY,
  name         TEXT NOT NULL,
  version      TEXT NOT NULL,
  purl         TEXT NOT NULL,
  source       TEXT NOT NULL,
  architecture TEXT NOT NULL,               -- '': not told
  UNIQUE (name, version, purl, source, architecture)
) STRICT;

CREATE TABLE machine_listed (
  machine INTEGER NOT NULL REFERENCES machines (number),
  listed  INTEGER NOT NULL REFERENCES listed (number),
  PRIMARY KEY (machine, listed)
) STRICT, WITHOUT ROWID;

-- Who has it, and whether anybody still has it.
CREATE INDEX machine_listed_by_program ON machine_listed (listed);
`,
}, {
  version: 2,
  sql: `
-- What orders need of a package's manifest. The packages of version 1 had
-- nothing of it: their manifests were refused when they asked for more.
ALTER TABLE programs ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';  -- JSON

-- What machines say beside their results, and which order each share waits for.
ALTER TABLE tasks ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN told_version TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN after_order INTEGER REFERENCES orders (id);

-- The distribution that a list's head names; '': not told. The lists that are
-- here were read without it, so each is asked for once more.
ALTER TABLE lists ADD COLUMN distribution TEXT NOT NULL DEFAULT '';
ALTER TABLE lists ADD COLUMN distribution_version TEXT NOT NULL DEFAULT '';
UPDATE lists SET sha256 = '';

-- Publishers' leave to go back to older versions.
CREATE TABLE downgrades (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  versions   TEXT NOT NULL,                 -- JSON: ["1.0"]
  issued_ms  INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  statement  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What orders have changed on a machine since its list came: the version that
-- is there now. The next list takes these lines away.
CREATE TABLE told (
  machine INTEGER NOT NULL REFERENCES machines (number),
  name    TEXT NOT NULL,
  version TEXT NOT NULL,                    -- '': it is not there
  PRIMARY KEY (machine, name)
) STRICT, WITHOUT ROWID;

-- What an order asks before it is given: who has these few programs of ours?
CREATE INDEX listed_by_name ON listed (source, name);
`,
}, {
  version: 3,
  sql: `
-- Each list that came, with its date. Its number, not its date, bounds what it
-- says: numbers grow over the whole fleet, whatever the clock does. The lists
-- that are here came without a signature, so each is asked for once more.
CREATE TABLE lists_3 (
  number               INTEGER PRIMARY KEY AUTOINCREMENT,
  machine              INTEGER NOT NULL REFERENCES machines (number),
  at_ms                INTEGER NOT NULL,    -- grows for each machine
  confirmed_ms         INTEGER NOT NULL,
  sha256               TEXT NOT NULL,       -- '': ask for it
  size                 INTEGER NOT NULL,
  signature            BLOB NOT NULL,
  faults               TEXT NOT NULL,       -- JSON: what could not be listed
  distribution         TEXT NOT NULL,
  distribution_version TEXT NOT NULL,
  programs             INTEGER NOT NULL,
  ended                INTEGER NOT NULL,    -- lines of listed_before it made
  UNIQUE (machine, at_ms)
) STRICT;
INSERT INTO lists_3 (machine, at_ms, confirmed_ms, sha256, size, signature,
    faults, distribution, distribution_version, programs, ended)
  SELECT machine, at_ms, at_ms, '', 0, x'', faults, distribution,
    distribution_version, (SELECT count(*) FROM machine_listed AS held
      WHERE held.machine = lists.machine), 0
  FROM lists ORDER BY at_ms, machine;

-- What a list says of a program besides its name is part of what it is.
CREATE TABLE listed_3 (
  number       INTEGER PRIMARY KEY,
  name         TEXT NOT NULL,
  version      TEXT NOT NULL,
  purl         TEXT NOT NULL,
  source       TEXT NOT NULL,
  architecture TEXT NOT NULL,               -- '': not told
  facts        TEXT NOT NULL,               -- JSON: {"licence": "MIT"}, sorted
  UNIQUE (name, version, purl, source, architecture, facts)
) STRICT;
INSERT INTO listed_3
  SELECT number, name, version, purl, source, architecture, '{}' FROM listed;

-- What each machine has now, and since which of its lists.
CREATE TABLE machine_listed_3 (
  machine        INTEGER NOT NULL REFERENCES machines (number),
  listed         INTEGER NOT NULL REFERENCES listed_3 (number),
  from_list      INTEGER NOT NULL,          -- which may have been pruned
  installed_at_s INTEGER,                   -- NULL: not told
  PRIMARY KEY (machine, listed)
) STRICT, WITHOUT ROWID;
INSERT INTO machine_listed_3
  SELECT held.machine, held.listed, lists_3.number, NULL
  FROM machine_listed AS held
  JOIN lists_3 ON lists_3.machine = held.machine;

DROP TABLE machine_listed;
DROP TABLE listed;
DROP TABLE lists;
ALTER TABLE lists_3 RENAME TO lists;
ALTER TABLE listed_3 RENAME TO listed;
ALTER TABLE machine_listed_3 RENAME TO machine_listed;

-- What each machine had: from the one list up to the other, which does not
-- hold it any more. A table of its own, so that what is now stays small and
-- close together however long the history is.
CREATE TABLE listed_before (
  machine        INTEGER NOT NULL REFERENCES machines (number),
  until_list     INTEGER NOT NULL,
  listed         INTEGER NOT NULL REFERENCES listed (number),
  from_list      INTEGER NOT NULL,
  installed_at_s INTEGER,
  PRIMARY KEY (machine, until_list, listed)
) STRICT, WITHOUT ROWID;

-- Lists on their way, at most one of a machine. Without a machine: it has
-- arrived or was given up, and its lines are swept in pieces.
CREATE TABLE stagings (
  number   INTEGER PRIMARY KEY AUTOINCREMENT,
  machine  INTEGER UNIQUE REFERENCES machines (number),
  programs INTEGER NOT NULL DEFAULT 0,
  kept     INTEGER NOT NULL DEFAULT 0,      -- lines as the machine has them now
  arrived  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE staged (
  staging        INTEGER NOT NULL,
  listed         INTEGER NOT NULL,
  installed_at_s INTEGER,
  is_new         INTEGER NOT NULL,          -- the machine has it not like that
  PRIMARY KEY (staging, listed)
) STRICT, WITHOUT ROWID;

-- Who has it; and whether anybody has it or had it.
CREATE INDEX machine_listed_by_program ON machine_listed (listed);
CREATE INDEX listed_before_by_program ON listed_before (listed);

-- Who asks for a program does not think of case.
CREATE INDEX listed_by_any_case ON listed (name COLLATE NOCASE);
`,
}, {
  version: 4,
  sql: `
-- The machine whose key vouched for this one's (cloned disks). NULL: none.
ALTER TABLE machines ADD COLUMN cloned_from TEXT;
`,
}, {
  version: 5,
  sql: SCHEMA_5,
}];

/** The schema that this server writes. */
export const SCHEMA_VERSION = MIGRATIONS.at(-1)?.version ?? 0;
