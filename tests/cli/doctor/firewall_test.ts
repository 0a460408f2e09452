/** Rulesets as `nft list ruleset` prints them, and what they let in. */

import { assert, assertEquals } from "@std/assert";
import { fateOf } from "../../../lib/cli/doctor/firewall.ts";
import { judgeFirewall } from "../../../lib/cli/doctor/firewall_checks.ts";

const SEP = { protocol: "udp", port: 2013 } as const;
const SIP = { protocol: "tcp", port: 3615 } as const;

function input(policy: string, ...rules: string[]): string {
  return [
    "table inet filter {",
    "\tset ports {",
    "\t\ttype inet_service",
    "\t\telements = { 22, 80 }",
    "\t}",
    "\tchain input {",
    `\t\ttype filter hook input priority filter; policy ${policy};`,
    ...rules.map((rule) => `\t\t${rule}`),
    "\t}",
    "\tchain forward {",
    "\t\ttype filter hook forward priority filter; policy drop;",
    "\t}",
    "}",
  ].join("\n");
}

/** What becomes of SeP and of SiP. */
function fates(ruleset: string): string[] {
  return [SEP, SIP].map((one) => fateOf(ruleset, one).verdict);
}

Deno.test("fateOf lets everything in where there is no rule", () => {
  assertEquals(fates(""), ["let in", "let in"]);
  assertEquals(fates(input("accept")), ["let in", "let in"]);
});

Deno.test("fateOf sees a policy that drops, N-16", () => {
  const ruleset = input(
    "drop",
    "ct state established,related accept",
    'iif "lo" accept',
    "ip protocol icmp accept",
    "ct state vmap { established : accept, related : accept }",
    'tcp dport { 22, 8000-9000 } accept comment "a } b"',
    'log prefix "dropped: " counter packets 0 bytes 0',
  );
  assertEquals(fates(ruleset), ["dropped", "dropped"]);
  assertEquals(fateOf(ruleset, SEP).chain, "inet filter input");
});

Deno.test("fateOf sees the ports that are opened, one, of a set and of a range", () => {
  assertEquals(fates(input("drop", "udp dport 2013 accept")), [
    "let in",
    "dropped",
  ]);
  const both = input(
    "drop",
    "udp dport { 53, 2000-2100 } counter packets 7 bytes 9 accept",
    "meta l4proto tcp tcp dport 3615 ct state new accept",
  );
  assertEquals(fates(both), ["let in", "let in"]);
  const others = input("drop", "tcp dport 2013 accept", "th dport 3614 accept");
  assertEquals(fates(others), ["dropped", "dropped"]);
  assertEquals(fates(input("drop", "udp dport != 53 accept"))[0], "let in");
});

Deno.test("fateOf sees rules of iptables that keep a port out, N-16", () => {
  const ruleset = [
    "table ip filter {",
    "\tchain INPUT {",
    "\t\ttype filter hook input priority filter; policy accept;",
    "\t\tudp dport 2013 counter packets 0 bytes 0 drop",
    "\t\tmeta l4proto tcp tcp dport { 3615, 99 } counter packets 0 bytes 0 reject",
    "\t}",
    "}",
  ].join("\n");
  assertEquals(fates(ruleset), ["dropped", "dropped"]);
  assert(fateOf(ruleset, SIP).rule.includes("3615"));
});

Deno.test("fateOf follows jumps, and comes back from them", () => {
  const ruleset = (rule: string) =>
    [
      "table ip filter {",
      "\tchain ufw-user-input {",
      `\t\t${rule}`,
      "\t}",
      "\tchain ufw-before-input {",
      "\t\tct state related,established counter packets 1 bytes 2 accept",
      "\t\tjump ufw-user-input",
      "\t}",
      "\tchain INPUT {",
      "\t\ttype filter hook input priority filter; policy drop;",
      "\t\tcounter packets 1 bytes 2 jump ufw-before-input",
      "\t}",
      "}",
    ].join("\n");
  assertEquals(fates(ruleset("udp dport 2013 accept")), ["let in", "dropped"]);
  assertEquals(fates(ruleset("return")), ["dropped", "dropped"]);
});

Deno.test("fateOf does not decide by conditions that it cannot know", () => {
  const ruleset = input("drop", "ip saddr 10.0.0.0/8 udp dport 2013 accept");
  const fate = fateOf(ruleset, SEP);
  assertEquals([fate.verdict, fate.isPartly], ["dropped", true]);
  assertEquals(fateOf(ruleset, SIP).isPartly, false);
  assertEquals(judgeFirewall(ruleset, [SEP]).verdict, "warning");
});

Deno.test("fateOf takes a chain that drops after one that accepts", () => {
  const ruleset = `${input("accept", "accept")}\n${
    input("drop").replace("table inet filter", "table inet second")
  }`;
  assertEquals(fates(ruleset), ["dropped", "dropped"]);
});

Deno.test("fateOf ends where chains jump in a circle", () => {
  const ruleset = `table ip filter {
	chain INPUT {
		type filter hook input priority filter; policy drop;
		jump INPUT
	}
}`;
  assertEquals(fates(ruleset), ["dropped", "dropped"]);
});

Deno.test("judgeFirewall says how a port is opened, in the firewall's own words", () => {
  const [plain = ""] = judgeFirewall(input("drop"), [SEP]).todo;
  assert(plain.startsWith("nft insert rule inet filter input udp dport 2013"));
  const ufw = `${input("drop")}\nchain ufw-user-input {`;
  assertEquals(judgeFirewall(ufw, [SIP]).todo, ["ufw allow 3615/tcp"]);
  const daemon = input("drop").replace("inet filter {", "inet firewalld {");
  const [command = ""] = judgeFirewall(daemon, [SIP]).todo;
  assert(command.startsWith("firewall-cmd --add-port=3615/tcp"), command);
});
