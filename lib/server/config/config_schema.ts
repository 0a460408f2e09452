/**
 * The options of `flottille.toml`: for each its default, what is allowed, and
 * that in words (K-13). One table: the checks, the errors and the types follow
 * from it; `config_template.ts` is checked against it by a test.
 *
 * @module
 */

import { z } from "zod";
import { SIP_LIMITS } from "../../sip/limits.ts";
import { parseServerAddress } from "../../trust/server_address.ts";
import { isSchedule } from "../inventory/schedule.ts";
import { LIMITS_MAX, parseLimit } from "../pace/limit.ts";

const LIMIT = 'a text such as "2 MB/s Mon-Fri 8:00-18:00 Europe/Paris"';
const LIMITS = `a list of at most ${LIMITS_MAX}, each ${LIMIT}`;

/** Says what is wrong with it in its own words. */
const limit = z.string(LIMIT).transform((text, context) => {
  const read = parseLimit(text);
  if (read.ok) return read.value;
  context.addIssue({ code: "custom", message: `${LIMIT}; ${read.fault}` });
  return z.NEVER;
});

/** A whole number; the message is what is allowed. */
function whole(min: number, max: number, fallback: number) {
  const allowed = `a whole number from ${min} to ${max}`;
  return z.int(allowed).min(min, allowed).max(max, allowed).default(fallback);
}

function text(
  allowed: string,
  isAllowed: (text: string) => boolean,
  fallback: string,
) {
  return z.string(allowed).refine(isAllowed, allowed).default(fallback);
}

function texts(
  allowed: string,
  isAllowed: (text: string) => boolean,
  fallback: string[],
) {
  const list = `a list of at most ${TEXTS_MAX} texts, each ${allowed}`;
  const each = z.string(list).refine(isAllowed, allowed);
  return z.array(each, list).max(TEXTS_MAX, list).default(fallback);
}

/** Entries of one list in the file. */
const TEXTS_MAX = 10_000;

const IP = 'an IPv4 address like "192.168.1.5"';
const IP_PORT = 'an IPv4 address, with or without ":port"';
const DAY_S = 86_400;
const SCHEDULE = 'five fields of cron that some day matches, like "0 6 * * *"';

/** What a list may hold besides the system's own programs. */
const LIBRARIES: readonly string[] = ["npm", "pip", "gem", "cargo"];

/** Is this a literal IPv4 address? */
export function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 &&
    parts.every((part) =>
      /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255
    );
}

function isIpv4AndPort(text: string): boolean {
  const address = parseServerAddress(text);
  return address !== null && isIpv4(address.host);
}

/** The whole file. Unknown options are errors: they are slips. */
export const configSchema = z.strictObject({
  directory: text("a directory's path", (path) => path !== "", "."),
  network: z.strictObject({
    address: text(IP, isIpv4, "0.0.0.0"),
    sep_port: whole(1, 65_535, 2013),
    sip_port: whole(1, 65_535, 3615),
    advertise: text(`${IP}, or ""`, (ip) => ip === "" || isIpv4(ip), ""),
    broadcast: texts(
      `"auto" or ${IP_PORT}`,
      (to) => to === "auto" || isIpv4AndPort(to),
      ["auto"],
    ),
    machines: texts(IP_PORT, isIpv4AndPort, []),
    shared_broadcast_address: text(
      `${IP}, or ""`,
      (ip) => ip === "" || isIpv4(ip),
      "",
    ),
  }).prefault({}),
  rhythm: z.strictObject({
    ping_every_s: whole(1, DAY_S, 60),
    window_ms_min: whole(50, 60_000, 500),
    window_ms_first: whole(50, 60_000, 5_000),
    dead_after_pings: whole(1, 100, 3),
  }).prefault({}),
  enrolment: z.strictObject({
    mode: z.enum(["auto", "manual"], '"auto" or "manual"').default("auto"),
    pending_max: whole(1, 100_000, 1_000),
  }).prefault({}),
  orders: z.strictObject({
    attempts_max: whole(1, 100, 5),
    retry_first_s: whole(1, DAY_S, 5),
    retry_max_s: whole(1, 7 * DAY_S, 3_600),
    work_s: whole(1, DAY_S, 60),
    expire_days: whole(0, 3_660, 30),
    conversations_max: whole(1, 4_096, 256),
  }).prefault({}),
  sip: z.strictObject({
    simultaneous: whole(1, 10_000, SIP_LIMITS.transfersMax),
    rate_min_bytes_s: whole(1, 1_000_000_000, SIP_LIMITS.rateBytesMin),
    transfer_max_s: whole(10, 7 * DAY_S, SIP_LIMITS.transferMsMax / 1_000),
    request_max_s: whole(1, 60, SIP_LIMITS.requestMsMax / 1_000),
    limits: z.array(limit, LIMITS).max(LIMITS_MAX, LIMITS).default([]),
  }).prefault({}),
  collect: z.strictObject({
    schedule: text(
      `${SCHEDULE}, or ""`,
      (cron) => cron === "" || isSchedule(cron),
      "",
    ),
    libraries: texts(
      LIBRARIES.map((name) => JSON.stringify(name)).join(" or "),
      (name) => LIBRARIES.includes(name),
      [],
    ),
    keep_days: whole(1, 36_500, 400),
    per_second: whole(1, 10_000, 20),
  }).prefault({}),
  api: z.strictObject({
    port: whole(0, 65_535, 0),
  }).prefault({}),
  metrics: z.strictObject({
    address: text(IP, isIpv4, "127.0.0.1"),
    port: whole(0, 65_535, 0),
  }).prefault({}),
});

/** The file as it is read, defaults filled in. */
export type ConfigFile = z.infer<typeof configSchema>;
