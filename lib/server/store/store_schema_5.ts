/**
 * Migration 5: what the owner's day needs. Groups and tags, what an order is
 * part of, rollouts, the desired state, the journal.
 *
 * @module
 */

/** Its SQL. */
export const SCHEMA_5 = `
-- Groups: by a rule, by hand, or both; and when their machines may be worked
-- on. A machine may bear any number of tags, which need no list of their own.
CREATE TABLE groups (
  number  INTEGER PRIMARY KEY,
  name    TEXT NOT NULL UNIQUE COLLATE NOCASE,
  rule    TEXT NOT NULL,                    -- a selector; '': by hand only
  windows TEXT NOT NULL                     -- JSON; []: at any time
) STRICT;
CREATE TABLE group_members (
  group_number INTEGER NOT NULL REFERENCES groups (number),
  machine      INTEGER NOT NULL REFERENCES machines (number),
  PRIMARY KEY (group_number, machine)
) STRICT, WITHOUT ROWID;
CREATE TABLE tags (
  machine INTEGER NOT NULL REFERENCES machines (number),
  tag     TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (machine, tag)
) STRICT, WITHOUT ROWID;

-- Forgotten by its owner: the row stays for the orders that name it, without
-- what was known of the computer. NULL: it is a machine.
ALTER TABLE machines ADD COLUMN forgotten_ms INTEGER;

-- Machines that are approved before they are seen, and what they shall be
-- called: by a MAC address, or by a pattern over host names.
CREATE TABLE expected (
  sign   TEXT PRIMARY KEY,                  -- 'mac aa:...' or 'host room-*'
  name   TEXT NOT NULL,                     -- '': as it calls itself
  groups TEXT NOT NULL,                     -- JSON: names
  tags   TEXT NOT NULL                      -- JSON
) STRICT, WITHOUT ROWID;

-- What each order is part of, and when it is too late for it.
ALTER TABLE orders ADD COLUMN origin TEXT NOT NULL DEFAULT '';  -- '': the owner
ALTER TABLE orders ADD COLUMN anytime INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN expires_ms INTEGER;               -- NULL: never
ALTER TABLE orders ADD COLUMN deadline_ms INTEGER;              -- NULL: none

-- One machine's orders, for its story.
CREATE INDEX tasks_machine ON tasks (machine, order_id);

-- Orders that go in waves. AUTOINCREMENT: orders name them as their origin.
CREATE TABLE rollouts (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  state  TEXT NOT NULL,
  record TEXT NOT NULL                      -- JSON
) STRICT;
-- Whom they are for, as it was when they began.
CREATE TABLE rollout_machines (
  rollout INTEGER NOT NULL REFERENCES rollouts (id),
  machine INTEGER NOT NULL REFERENCES machines (number),
  PRIMARY KEY (rollout, machine)
) STRICT, WITHOUT ROWID;

-- What the owner wants of the fleet, as he wrote it; the newest row holds.
CREATE TABLE desired (
  number     INTEGER PRIMARY KEY AUTOINCREMENT,
  text       TEXT NOT NULL,
  applied_ms INTEGER NOT NULL
) STRICT;

-- The epoch once more, on a page of its own: machines listen to no lower one,
-- so a repair must not have to guess it when the page of \`meta\` is lost.
CREATE TABLE epoch_again (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  epoch TEXT NOT NULL
) STRICT;
INSERT INTO epoch_again SELECT 1, value FROM meta WHERE key = 'epoch';
CREATE TRIGGER epoch_came AFTER INSERT ON meta WHEN NEW.key = 'epoch' BEGIN
  INSERT INTO epoch_again VALUES (1, NEW.value)
    ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch;
END;
CREATE TRIGGER epoch_changed AFTER UPDATE ON meta WHEN NEW.key = 'epoch' BEGIN
  INSERT INTO epoch_again VALUES (1, NEW.value)
    ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch;
END;

-- Who asks for a new start of the machine, as its list says; '': nobody.
ALTER TABLE lists ADD COLUMN reboot_for TEXT NOT NULL DEFAULT '';

-- What happened, each record signed and chained to the one before.
CREATE TABLE audit (
  number    INTEGER PRIMARY KEY,            -- from 1, without a gap
  record    BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;
`;
