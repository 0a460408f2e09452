/**
 * Host names to addresses, the way every other program of the machine sees
 * them: the hosts file first, then DNS.
 *
 * @module
 */

export interface Names {
  /**
   * The IPv4 addresses of a host name, none when it has none or nobody
   * answers within `deadlineMs`. A literal address gives itself.
   */
  resolve(hostName: string, deadlineMs: number): Promise<readonly string[]>;
}
