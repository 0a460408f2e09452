/* Quiet time: nothing is lost any more, nothing comes twice, nobody starts
 * anew. Whatever was on its way is lost. What both ends do by themselves from
 * time to time comes in turn: the order's next try, the machine's call, the
 * server's ping. However the world was left, the order must end within so
 * many turns. It is one step for Spin: nothing here is left to choice. */

byte turn;
#define ORDER_ENDED (o_phase == o_done || o_phase == o_failed)
#define WAITS(n) (MACHINE_TIMED(m_phase[n]) || SERVER_TIMED(s_phase[n]))

/* The first conversation that waits, or none. */
inline calm_waiting() {
  i = 1;
  do
  :: i < CONVERSATIONS && !WAITS(i) -> i++
  :: else -> break
  od
}

#define NEXT (FIRST_CALM + turn - calm + 1)

inline calm_turn() {
  if
  :: turn % 3 == 0 && SERVER_MAY_ORDER -> server_orders(NEXT)
  :: turn % 3 == 1 -> machine_calls(NEXT)
  :: turn % 3 == 2 -> server_pings(NEXT)
  :: else
  fi;
  turn++
}

inline calm_comes(n) {
  d_step { printf("-- the faults stop\n"); calm = n; turn = n - 1 }
  do
  :: d_step { queue?k ->
       if
       :: SERVER_TAKES(k) -> server_receives(k)
       :: MACHINE_TAKES(k) -> machine_receives(k)
       :: else
       fi;
       k = 0 }
  :: d_step { empty(queue) && m_job != 0 -> machine_finishes(true) }
  :: d_step { empty(queue) && m_job == 0 && !ORDER_ENDED ->
       calm_waiting();
       if
       :: i < CONVERSATIONS && MACHINE_TIMED(m_phase[i]) -> machine_loses(i)
       :: i < CONVERSATIONS && !MACHINE_TIMED(m_phase[i]) ->
          server_loses(i); order_hears()
       :: else -> MUST(NEXT < CONVERSATIONS, order_ends); calm_turn()
       fi;
       i = 0 }
  :: d_step { empty(queue) && m_job == 0 && ORDER_ENDED -> calm = 0; turn = 0 };
     break
  od
}
