/**
 * The config file that `init` writes: every option with its default and a
 * comment that says what it is for.
 *
 * @module
 */

/** The text of a new `flottille.toml`. */
export const CONFIG_TEMPLATE = `# The server of a Flottille fleet.
# Every line that begins with "# name =" shows an option and its default: take
# the first "#" away to change it. After a change, restart the server.

# Where keys/ and data/ are, seen from this file.
directory = "."

[network]
# The address that the server binds, and its two ports. On a computer that is
# server and machine at once, both must bind addresses of their own.
# address = "0.0.0.0"
# sep_port = 2013          # SeP, UDP: small events
# sip_port = 3615          # SiP, TCP: packages and program lists

# The address that machines are told to use. "" is the address of the network
# interface that the ping leaves by; set it when machines reach this server by
# another one.
# advertise = ""

# Where the pings go. "auto" is every network of this computer but loopback.
# broadcast = ["auto"]

# Machines of networks that no broadcast reaches: "10.1.2.3", "10.1.2.4:2013".
# machines = []

# A second socket on a broadcast address, for machines that look for the server
# on one address of a shared computer (loopback: "127.255.255.255").
# shared_broadcast_address = ""

[rhythm]
# ping_every_s = 60
# Machines answer a ping within a random part of this time, so that not all of
# them answer at once; it grows with the fleet. The second value is used until
# two rounds have found the same number of machines.
# window_ms_min = 500
# window_ms_first = 5000
# Missed pings, after which a machine is asked by itself and then called dead.
# dead_after_pings = 3

[enrolment]
# "auto": whoever has the secret of join.json becomes a machine of the fleet.
# "manual": it waits until you say \`flottille-server approve NAME\`.
# mode = "auto"
# Machines that may wait at once; more are refused.
# pending_max = 1000

[orders]
# Attempts, when a machine tries and fails. A machine that is off costs none.
# attempts_max = 5
# The wait before the next attempt: the first, and the longest; it doubles.
# retry_first_s = 5
# retry_max_s = 3600
# How long a machine may work on one order, transfers aside.
# work_s = 60
# Days after which an order that still waits for a machine is given up; 0:
# never. \`--expires\` says it for one order.
# expire_days = 30
# Machines that are spoken to at once.
# conversations_max = 256

[sip]
# Transfers at once; more machines are asked to come back later.
# simultaneous = 64
# Slower transfers are closed.
# rate_min_bytes_s = 1024
# The longest that one transfer, and the request before it, may take.
# transfer_max_s = 21600
# request_max_s = 5
# How fast all packages together may go (kB/s, MB/s, kbit/s, Mbit/s), and when;
# the first that holds now counts: ["2 MB/s Mon-Fri 8:00-18:00 Europe/Paris"]
# limits = []

[collect]
# When the machines are asked for their program lists, as cron writes it
# (minute, hour, day, month, weekday; this computer's time): "0 6 * * *" is
# every day at six. "" is never: cron, or you, can say
# \`flottille-server collect\`.
# schedule = ""
# Libraries that are installed for a whole machine, in its list as well: "npm",
# "pip", "gem", "cargo".
# libraries = []
# How long a list is kept after a newer one has come.
# keep_days = 400
# Machines that are asked in a second, so that they do not all send at once.
# per_second = 20

[api]
# The port of the local API, on 127.0.0.1 only. 0: the system chooses one, and
# the command line finds it in data/api.json.
# port = 0

[metrics]
# Where Prometheus reads \`/metrics\`; port 0: nowhere. It tells how many
# machines are in which state, never which.
# address = "127.0.0.1"
# port = 0
`;
