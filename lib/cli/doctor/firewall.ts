/**
 * What becomes of a datagram or a connection that comes to a port, by the
 * rules of nftables as `nft list ruleset` prints them (those of `iptables` are
 * among them): a small reader of what the usual firewalls write. What it does
 * not understand, it does not decide by, and says so.
 *
 * Pure.
 *
 * @module
 */

/** What comes. */
export interface Arriving {
  readonly protocol: "udp" | "tcp";
  readonly port: number;
}

/** What becomes of it. */
export interface Fate {
  readonly verdict: "let in" | "dropped";
  /** The chain that decided: `inet filter input`; "" when there is none. */
  readonly chain: string;
  /** The rule that decided; "" for a policy. */
  readonly rule: string;
  /** Some senders are treated otherwise, by conditions that are not ours. */
  readonly isPartly: boolean;
}

interface Chain {
  readonly table: string;
  readonly name: string;
  /** Null for one that is only jumped to. */
  policy: "accept" | "drop" | null;
  readonly rules: string[];
}

const LINES_MAX = 50_000;
const JUMPS_MAX = 16;

/** The fate of what comes in, by this ruleset. */
export function fateOf(ruleset: string, arriving: Arriving): Fate {
  const chains = chainsOf(ruleset);
  let isPartly = false;
  for (const chain of chains) {
    if (chain.policy === null) continue;
    const fate = walk(chains, chain, arriving, 0);
    isPartly ||= fate.isPartly;
    const dropped = fate.rule === null
      ? chain.policy === "drop"
      : fate.verdict === "dropped";
    if (!dropped) continue;
    const { table, name } = chain;
    const rule = fate.rule ?? "";
    return {
      ...{ verdict: "dropped", chain: `${table} ${name}`, rule },
      isPartly: fate.isPartly,
    };
  }
  return { verdict: "let in", chain: "", rule: "", isPartly };
}

/** Chains of tables that IPv4 goes through. */
function chainsOf(ruleset: string): Chain[] {
  const chains: Chain[] = [];
  let table = "";
  let chain: Chain | null = null;
  let depth = 0;
  for (const line of ruleset.split("\n").slice(0, LINES_MAX)) {
    const text = line.trim();
    const opened = /^table (\S+) (\S+) \{/.exec(text);
    if (opened !== null) table = `${opened[1]} ${opened[2]}`;
    const named = /^chain (\S+) \{/.exec(text);
    if (named !== null && /^(inet|ip) /.test(table)) {
      chain = { table, name: named[1] ?? "", policy: null, rules: [] };
      chains.push(chain);
      depth = 0;
      continue;
    }
    if (chain === null) continue;
    const hook = /^type filter hook (\S+) .*?(?:policy (\w+);)?$/.exec(text);
    if (hook !== null) {
      if (hook[1] === "input") {
        chain.policy = hook[2] === "drop" ? "drop" : "accept";
      }
    } else if (text === "}" && depth === 0) {
      chain = null;
    } else if (text !== "" && !text.startsWith("type ")) {
      depth += count(text, "{") - count(text, "}");
      chain.rules.push(text);
    }
  }
  return chains;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

/** `rule` is null when no rule decided. */
interface Walk {
  readonly verdict: Fate["verdict"];
  readonly rule: string | null;
  readonly isPartly: boolean;
}

const UNDECIDED: Walk = { verdict: "let in", rule: null, isPartly: false };

function walk(
  chains: readonly Chain[],
  chain: Chain,
  arriving: Arriving,
  jumps: number,
): Walk {
  let isPartly = false;
  for (const rule of chain.rules) {
    const read = readRule(rule, arriving);
    if (read === null) continue;
    const { verdict, isSure } = read;
    if (verdict === "return") {
      if (isSure) break;
      continue;
    }
    const [how, target] = verdict.split(" ");
    if (how === "jump" || how === "goto") {
      const next = chains.find(({ table, name }) =>
        table === chain.table && name === target
      );
      if (next === undefined || jumps >= JUMPS_MAX) continue;
      const inner = walk(chains, next, arriving, jumps + 1);
      isPartly ||= inner.isPartly;
      if (inner.rule !== null && isSure) return { ...inner, isPartly };
      if (inner.rule !== null) isPartly = true;
      else if (how === "goto" && isSure) break;
      continue;
    }
    if (!isSure) {
      isPartly = true;
      continue;
    }
    const fate = how === "accept" ? "let in" : "dropped";
    return { verdict: fate, rule, isPartly };
  }
  return { ...UNDECIDED, isPartly };
}

/** What never is true of a stranger's first datagram from the network. */
const NEVER = [
  /\bct state (?:\{[^}]*\}|\S+)/,
  /\b(?:iif|iifname) "?lo"?(?:\s|$)/,
  /\bicmp(?:v6|x)? /,
];

/** What says nothing about whom a rule is for. */
const SILENT = [
  /\bcomment "[^"]*"/g,
  /\bcounter packets \d+ bytes \d+/g,
  /\blog(?: (?:prefix "[^"]*"|level \S+|flags \S+|group \d+))*/g,
  /\bct state (?:\{[^}]*\bnew\b[^}]*\}|\S*\bnew\b\S*)/g,
];

const VERDICT = /\b(accept|drop|reject(?: with .+)?|return|jump \S+|goto \S+)$/;
const PROTOCOL = /\b(?:meta l4proto|ip protocol) (\{[^}]*\}|\S+)/g;
const PORT = /\b(udp|tcp|th) dport (!= )?(\{[^}]*\}|\S+)/g;

/** Null: it is not for this one, or decides nothing. */
function readRule(
  rule: string,
  { protocol, port }: Arriving,
): { readonly verdict: string; readonly isSure: boolean } | null {
  let text = rule;
  for (const silent of SILENT) text = text.replaceAll(silent, " ");
  text = text.trim();
  if (NEVER.some((never) => never.test(text))) return null;
  const verdict = VERDICT.exec(text)?.[1];
  if (verdict === undefined) return null;
  let rest = text.slice(0, text.length - verdict.length);
  let isSure = true;
  let isOurs = true;
  rest = rest.replaceAll(PROTOCOL, (_, names: string) => {
    isOurs &&= itemsOf(names).some((name) => name === protocol);
    return " ";
  });
  rest = rest.replaceAll(PORT, (_, of: string, not, ports: string) => {
    isOurs &&= of === "th" || of === protocol;
    if (ports.startsWith("@")) isSure = false;
    else if (isOurs) isOurs = holds(ports, port) === (not === undefined);
    return " ";
  });
  if (!isOurs) return null;
  return { verdict, isSure: isSure && rest.trim() === "" };
}

function itemsOf(set: string): string[] {
  return set.replace(/^\{|\}$/g, "").split(",").map((item) => item.trim());
}

function holds(set: string, port: number): boolean {
  return itemsOf(set).some((item) => {
    const [from, to = from] = item.split("-").map(Number);
    return from !== undefined && to !== undefined && from <= port &&
      port <= to;
  });
}
