/* The server: party.ts, server_reception.ts, server_endpoint.ts and the path
 * of an order, walked by the generated tables. Its house answers at once. */

/* Of each conversation; 0: unknown, or forgotten. */
mtype s_phase[CONVERSATIONS];
byte s_last[CONVERSATIONS];
bit s_round[CONVERSATIONS]; /* a ping to everyone: it may stay open for ever */
bit s_joined[CONVERSATIONS]; /* the machine has answered it */

byte s_sess, s_sent, s_heard; /* the session, and its two counters */
byte s_disc; /* the discovery that goes on */
byte s_work; /* the conversation about the order */
byte s_epoch = 1; /* stored before it is used */

hidden mtype told; /* the order's conversation has ended so */

/* The order, in the store. */
mtype o_phase;
byte o_attempt;
byte o_failures;

/* For the promises: what was, not what anybody knows. */
bool g_ordered;           /* the owner has given the order */
bool g_since;             /* the machine had it since it was asked */
bit g_opened[DATAGRAMS];  /* sessions that the server has agreed to */
bit g_agreed[DATAGRAMS];  /* sessions that the machine has */
bit g_taken[DATAGRAMS];   /* orders that the machine has taken up */
bit g_given[ATTEMPTS + 1];
byte g_installs[ATTEMPTS + 1];

#define FOR_SERVER(k) (d_word[k] != 0 && !FROM_SERVER(d_word[k]))
#define SERVER_KNOWS(k) (s_sess != 0 && SESSION_OF(k) == s_sess)

#ifdef JOINS_AGAIN
#define JOINS(c) (true)
#else
#define JOINS(c) (!s_joined[c])
#endif

/* Has this datagram a place at the server? */
#define SERVER_TAKES(k) (FOR_SERVER(k) && ( \
  s_phase[CONVERSATION_OF(k)] != 0 -> FOLLOWS(k, s_last[CONVERSATION_OF(k)]) : ( \
  (d_word[k] == M_ping && (SERVER_KNOWS(k) \
    -> FRESH(c_count[CONVERSATION_OF(k)], s_heard) : MORE_ECHOES(CONVERSATION_OF(k)))) || \
  (d_word[k] == M_echo && s_round[CONVERSATION_OF(k)] && JOINS(CONVERSATION_OF(k)) && \
    d_prev[k] == FIRST_OF(CONVERSATION_OF(k))) || \
  ((d_word[k] == M_reussi || d_word[k] == M_rate) && SERVER_KNOWS(k) && \
    c_count[CONVERSATION_OF(k)] <= s_sent) )))

#ifdef NO_SERVER_NONCE
#define SERVER_NONCE false
#else
#define SERVER_NONCE true
#endif

inline server_says(c, word) {
  says = 0; held = 0; has_nonce = false;
  if
  :: word == S_echo ->
     has_nonce = SERVER_NONCE;
     held = (to == sp_ended -> s_sess : 0)
  :: word == S_install -> says = c_attempt[c]; g_given[says] = 1
  :: word == S_ping -> says = s_epoch
  :: else
  fi;
  utter(word, c, s_last[c], says, held);
  s_last[c] = sent
}

/* An input of the table in conversation c; `from` is the datagram, or 0. */
inline server_step(c, what, from) {
  server_table(s_phase[c], what);
  if
  :: legal ->
     s_phase[c] = to;
     if :: from != 0 -> s_last[c] = from :: else fi;
     if :: say != 0 -> server_says(c, say) :: else fi;
     if :: to == sp_ended -> server_ended(c, end) :: else fi
  :: else
  fi
}

inline server_ended(c, how) {
  if :: s_disc == c -> s_disc = 0 :: else fi;
  if
  :: how == end_opened ->
     MUST(!g_opened[s_last[c]], no_session_twice);
     MUST(g_agreed[s_last[c]], session_of_both);
     g_opened[s_last[c]] = 1;
     s_sess = s_last[c]; s_sent = 0; s_heard = 0;
     printf("-- the server has session %d\n", s_sess);
#ifdef NEVER_OPENED
     MUST(false, never_reached);
#endif
     if :: s_work != 0 -> server_loses(s_work) :: else fi
  :: how == end_owned && s_work == c -> s_work = 0; told = oi_owned
  :: how == end_missing && s_work == c -> s_work = 0; told = oi_missing
  :: how == end_done && s_work == c -> s_work = 0; told = oi_done
  :: how == end_failed && s_work == c -> s_work = 0; told = oi_failed
  :: else
  fi;
  s_phase[c] = 0; s_last[c] = 0
}

/* The timer, or what stands for it. */
inline server_loses(lost) {
  s_phase[lost] = 0; s_last[lost] = 0;
  if :: s_disc == lost -> s_disc = 0 :: else fi;
  if
  :: s_work == lost -> s_work = 0; told = oi_lost
  :: else
  fi
}

/* At the end of every step: what the order's conversation has come to. */
inline order_hears() {
  if
  :: told != 0 ->
     order_table(told);
     /* Done means proved: only [oui] ends it well. */
     MUST(o_phase != o_done || told == oi_owned, belief_is_so);
     told = 0;
     order_judged();
     if
     :: o_phase == o_done ->
        printf("-- the server believes that it is done\n");
        MUST(g_since, belief_is_so)
#ifdef NEVER_DONE
        ; MUST(false, never_reached)
#endif
     :: else
     fi
  :: else
  fi
}

/* [rate]: another attempt, or none. */
inline order_judged() {
  if
  :: judged -> o_failures++;
     if
     :: o_failures < ATTEMPTS ->
#ifndef NO_ATTEMPT
        o_attempt++
#else
        skip
#endif
     :: else -> o_phase = o_failed
     fi
  :: else
  fi
}

/* A result whose conversation was forgotten: a fact to be proved. */
inline order_late(k) {
  if
  :: s_work == 0 && o_phase != 0 && o_phase != o_done && o_phase != o_failed &&
     d_arg[k] == o_attempt ->
     printf("-- the server takes %d as late\n", k);
     judged = false;
     if
     :: d_word[k] == M_reussi -> o_phase = o_prove
     :: else -> o_phase = o_else; judged = true
     fi;
     order_judged()
  :: else
  fi
}

inline server_receives(k) {
  c = CONVERSATION_OF(k);
  printf("   %d comes to the server\n", k);
  if
  :: s_phase[c] == 0 && (d_word[k] == M_reussi || d_word[k] == M_rate) ->
     order_late(k)
  :: else ->
     if
     :: s_phase[c] == 0 && d_word[k] == M_echo ->
        s_phase[c] = sp_pinged; s_last[c] = FIRST_OF(c); s_joined[c] = 1
     :: s_phase[c] == 0 && d_word[k] == M_ping ->
        s_phase[c] = sp_start;
        if :: SERVER_KNOWS(k) -> s_heard = c_count[c] :: else fi
     :: else
     fi;
     input = 0;
     if
     :: d_word[k] == M_ping && SERVER_KNOWS(k) -> input = in_ping_current
     :: d_word[k] == M_ping && !SERVER_KNOWS(k) -> input = in_ping_other
     :: d_word[k] == M_echo && SERVER_KNOWS(k) -> input = in_echo_current
     :: d_word[k] == M_echo && !SERVER_KNOWS(k) ->
        /* One discovery at a time. */
        if
        :: s_disc != 0 && s_disc != c -> s_phase[c] = 0; s_last[c] = 0
        :: else -> input = in_echo_other; s_disc = c
        fi
     :: d_word[k] == M_OK -> input = in_OK
     :: d_word[k] == M_identifie ->
        input = in_identifie;
        other = s_disc;
        /* It is fresh by its prev: what else went on is over. */
        if
        :: s_phase[c] == sp_greeted || s_phase[c] == sp_echoed ->
           if :: other != 0 && other != c ->
              s_phase[other] = 0; s_last[other] = 0
           :: else fi;
           s_disc = c
        :: else
        fi
     :: d_word[k] == M_oui -> input = in_oui
     :: d_word[k] == M_non ->
        input = (c_else[c] -> in_non_install : in_non)
     :: d_word[k] == M_reussi && d_arg[k] == c_attempt[c] -> input = in_reussi
     :: d_word[k] == M_rate && d_arg[k] == c_attempt[c] -> input = in_rate
     :: else
     fi;
     if
     :: input != 0 ->
        server_step(c, input, k);
        /* The registry knows the machine. */
        if
        :: legal && ask == ask_register -> server_step(c, in_answer_accepte, 0)
        :: else
        fi
     :: else
     fi
  fi;
  order_hears();
  c = 0
}

/* What the server begins. */

inline server_opens(session) {
  c_sess[c] = session;
  if :: session != 0 -> s_sent++; c_count[c] = s_sent :: else fi;
  s_phase[c] = sp_start
}

inline server_pings(number) {
  c = number;
  server_opens(0);
  s_round[c] = 1;
  server_step(c, in_open_ping, 0);
  s_phase[c] = 0; s_last[c] = 0; /* its answers join it */
  c = 0
}

inline server_orders(number) {
  c = number;
  server_opens(s_sess);
  s_work = c;
  c_attempt[c] = o_attempt;
  g_since = m_has;
  c_else[c] = (o_phase == o_else);
  input = (o_phase == o_act -> in_open_install : in_open_possede);
  server_step(c, input, 0);
  c = 0
}

#ifdef NO_SESSION
#define SERVER_HAS_SESSION (true)
#else
#define SERVER_HAS_SESSION (s_sess != 0)
#endif
#define SERVER_MAY_ORDER (o_phase != 0 && o_phase != o_done && \
  o_phase != o_failed && s_work == 0 && SERVER_HAS_SESSION)

/* All that is in memory is gone; epoch and order are in the store. */
inline server_restarts() {
  printf("-- the server starts anew\n");
  i = 0;
  do
  :: i < CONVERSATIONS ->
     s_phase[i] = 0; s_last[i] = 0; s_round[i] = 0;
     s_joined[i] = 0; i++
  :: else -> break
  od;
  i = 0;
  if
  :: s_work != 0 -> s_work = 0;
#ifdef SENT_BEFORE_STORED
     o_phase = 0; o_attempt = 0 /* not in the store yet */
#else
     told = oi_lost
#endif
  :: else
  fi;
  order_hears();
  s_sess = 0; s_sent = 0; s_heard = 0; s_disc = 0;
  s_epoch++
}
