/* A server, a machine and the stranger between them: the conversations of
 * docs/protocol.md with one order. What holds is said by MUST, in server.pml,
 * machine.pml and calm.pml. Bounds and variants come as -D from
 * scripts/model/models.ts. */

#include "moves.pml"
#include "world.pml"
#include "server.pml"
#include "machine.pml"
#if CYCLES > 0
#include "calm.pml"
#endif

/* How often a datagram that was taken may be brought again; no bound: ever. */
#ifdef REPLAYS
bit g_brought[DATAGRAMS];
byte replays;
#define MAY_BRING(k) (!g_brought[k] || replays < REPLAYS)
#define BROUGHT(k) \
  if :: g_brought[k] -> replays++ :: else -> g_brought[k] = 1 fi;
#else
#define MAY_BRING(k) (true)
#define BROUGHT(k)
#endif

#include "choices.pml"

active proctype world() {
  do
  /* The stranger brings a datagram. */
  :: atomic {
       if SERVER_CHOICES fi;
       d_step { BROUGHT(k) server_receives(k); k = 0 }
     }
  :: atomic {
       if MACHINE_CHOICES fi;
       d_step { BROUGHT(k) machine_receives(k); k = 0 }
     }
  /* A wait is over. */
  :: atomic {
       if SERVER_WAITING fi;
       d_step { printf("-- the server waits no longer in %d\n", k);
         server_loses(k); order_hears(); k = 0 }
     }
  :: atomic {
       if MACHINE_WAITING fi;
       d_step { printf("-- the machine waits no longer in %d\n", k);
         machine_loses(k); k = 0 }
     }
  /* The houses. */
  :: d_step { pings < PINGS -> pings++; server_pings(pings) }
  :: d_step { calls < CALLS -> calls++; machine_calls(PINGS + calls) }
#if TALKS > 0
  :: d_step { o_phase == 0 && !g_ordered ->
       g_ordered = true;
       printf("-- the owner gives an order\n");
       o_phase = ORDER_FIRST; o_attempt = 1 }
  :: d_step { talks < TALKS && SERVER_MAY_ORDER -> talks++; server_orders(PINGS + CALLS + talks) }
  :: d_step { m_job != 0 -> machine_finishes(true) }
#endif
#if FAILURES > 0
  :: d_step { failures < FAILURES && m_job != 0 ->
       failures++; machine_finishes(false) }
#endif
#if REMOVALS > 0
  :: d_step { removals < REMOVALS && m_has ->
       removals++; m_has = false;
       printf("-- a person takes the program away\n") }
#endif
  /* Power. */
#if SERVER_STARTS > 0
  :: d_step { server_starts < SERVER_STARTS ->
       server_starts++; server_restarts() }
#endif
#if MACHINE_STARTS > 0
  :: d_step { machine_starts < MACHINE_STARTS ->
       machine_starts++; machine_restarts() }
#endif
#if CYCLES > 0
  :: atomic { g_ordered && !ORDER_ENDED -> calm_comes(1) }; break
  :: atomic { g_ordered && !ORDER_ENDED -> calm_comes(2) }; break
  :: atomic { g_ordered && !ORDER_ENDED -> calm_comes(3) }; break
#endif
  od
}
