/**
 * What the system says of this machine. Every interface is told as it is; who
 * reads the list decides what to leave out.
 *
 * @module
 */

import type { Machine, MachineFacts, NetworkInterface } from "./machine.ts";

/** The facts of this machine, asked for anew at each call. */
export function realMachine(): Machine {
  return { facts };
}

function facts(): MachineFacts {
  const interfaces = Deno.networkInterfaces();
  return {
    hostName: Deno.hostname(),
    system: Deno.build.os,
    architecture: Deno.build.arch,
    interfaces: interfaces.flatMap(readInterface),
    ipv6: interfaces.map(({ address }) => address).filter(isIpv6),
  };
}

/** Neither loopback nor the address that each link gives itself. */
function isIpv6(address: string): boolean {
  return address.includes(":") && address !== "::1" &&
    !/^fe[89ab]/i.test(address);
}

function readInterface(info: Deno.NetworkInterfaceInfo): NetworkInterface[] {
  if (info.family !== "IPv4") return [];
  return [{
    name: info.name,
    mac: info.mac.toLowerCase(),
    address: info.address,
    broadcast: broadcastOf(info.address, info.netmask),
    loopback: info.address.startsWith("127.") || /^lo\d*$/.test(info.name),
  }];
}

/**
 * The broadcast address of an IPv4 network: every bit that the netmask leaves
 * free is set. A netmask of 32 bits gives the address itself.
 *
 * @throws {TypeError} when either is not four numbers from 0 to 255.
 */
export function broadcastOf(address: string, netmask: string): string {
  const mask = readIpv4(netmask);
  return readIpv4(address)
    .map((part, index) => part | (~(mask[index] ?? 0) & 255))
    .join(".");
}

function readIpv4(text: string): number[] {
  const parts = text.split(".").map(Number);
  const whole = parts.length === 4 &&
    parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255);
  if (!whole) throw new TypeError(`Not an IPv4 address: "${text}"`);
  return parts;
}
