/**
 * The script for OpenRC, whose own supervisor starts the service anew. Pure.
 *
 * @module
 */

import { WIDENING } from "../../host/environment.ts";
import type { Service } from "./service.ts";

/** The whole file. */
export function openrcScript({ name, title, command }: Service): string {
  const [program, ...args] = command;
  return `#!/sbin/openrc-run
# Written by \`${name} service install\`, which writes it again. Changes of yours
# belong into /etc/conf.d/${name}.

name=${quoted(title)}
supervisor=supervise-daemon
command=${quoted(program)}
command_args=${quoted(args.map(quoted).join(" "))}
respawn_delay=5
respawn_max=0
retry="SIGTERM/120/SIGKILL/5"
output_log="/var/log/${name}.log"
error_log="/var/log/${name}.log"

depend() {
	use net
	after firewall
}

start_pre() {
	# Each would make other certificates trusted than the fleet's own.
	unset ${WIDENING.join(" ")}
	checkpath --file --mode 0640 "$error_log"
}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
