/* The machine: party.ts, machine_reception.ts, machine_sessions.ts and the
 * worker of lib/agent/, walked by the generated table. */

mtype m_phase[CONVERSATIONS];
byte m_last[CONVERSATIONS];

/* The session that is present, and the candidate, with their counters. */
byte m_sess, m_sent, m_heard;
byte m_cand, m_csent, m_cheard;
byte m_call;               /* our own call that goes on */
byte m_pinged, m_pinged_epoch; /* the last ping that was taken */
byte m_job;                /* the attempt that is worked on */

/* On the disk. */
byte m_epoch;
bool m_has;
byte m_result[ATTEMPTS + 1]; /* 0: none; 1: reussi; 2: rate */

#define FOR_MACHINE(k) (d_word[k] != 0 && FROM_SERVER(d_word[k]))
#define MACHINE_KNOWS(s) (s != 0 && (s == m_sess || s == m_cand))
#define MACHINE_NEWEST (m_cand != 0 -> m_cand : m_sess)
#define PING_IS_NEWS(k) (d_arg[k] >= m_epoch && \
  (d_arg[k] > m_pinged_epoch || CONVERSATION_OF(k) > m_pinged))

#ifdef NO_SESSION
#define MACHINE_BEGINS(k) (true)
#else
#define MACHINE_BEGINS(k) (MACHINE_KNOWS(c_sess[CONVERSATION_OF(k)]) && \
  FRESH(c_count[CONVERSATION_OF(k)], \
    (c_sess[CONVERSATION_OF(k)] == m_cand -> m_cheard : m_heard)))
#endif

/* Has this datagram a place at the machine? */
#define MACHINE_TAKES(k) (FOR_MACHINE(k) && ( \
  m_phase[CONVERSATION_OF(k)] != 0 -> FOLLOWS(k, m_last[CONVERSATION_OF(k)]) : \
  d_prev[k] == 0 && ( \
  (d_word[k] == S_ping && PING_IS_NEWS(k) && MORE_ECHOES(CONVERSATION_OF(k))) || \
  ((d_word[k] == S_possede || d_word[k] == S_install) && MACHINE_BEGINS(k)))))

#ifdef NO_MACHINE_NONCE
#define MACHINE_NONCE false
#else
#define MACHINE_NONCE true
#endif

inline machine_says(c, word) {
  says = 0; held = 0; has_nonce = false;
  if
  :: word == M_echo -> has_nonce = MACHINE_NONCE; held = MACHINE_NEWEST
  :: word == M_reussi || word == M_rate -> says = c_attempt[c]
  :: else
  fi;
  utter(word, c, m_last[c], says, held);
  m_last[c] = sent
}

inline machine_step(c, what, from) {
  machine_table(m_phase[c], what);
  if
  :: legal ->
     m_phase[c] = to;
     if :: from != 0 -> m_last[c] = from :: else fi;
     if :: say != 0 -> machine_says(c, say) :: else fi;
     if :: to == mp_ended -> machine_ended(c, end) :: else fi
  :: else
  fi
}

inline machine_ended(c, how) {
  if :: m_call == c -> m_call = 0 :: else fi;
  if
  :: how == end_accepted ->
     MUST(!g_agreed[m_last[c]], no_session_twice);
     g_agreed[m_last[c]] = 1;
     m_cand = m_last[c]; m_csent = 0; m_cheard = 0;
     printf("-- the machine has the candidate %d\n", m_cand)
  :: else
  fi;
  m_phase[c] = 0; m_last[c] = 0
}

/* The server was heard in the candidate: the old session is over. */
inline machine_confirms(session) {
  if
  :: session != 0 && session == m_cand ->
     m_sess = m_cand; m_sent = m_csent; m_heard = m_cheard;
     m_cand = 0; m_csent = 0; m_cheard = 0
  :: else
  fi
}

/* The worker is asked for an attempt: recorded, under way, new or busy. */
inline machine_works(c) {
  MUST(!g_taken[m_last[c]], taken_up_once);
  g_taken[m_last[c]] = 1;
  if
#ifndef NO_JOURNAL
  :: m_result[c_attempt[c]] == 1 -> input = in_answer_reussi
  :: m_result[c_attempt[c]] == 2 -> input = in_answer_rate
#endif
  :: else ->
     if
     :: m_job == 0 ->
        m_job = c_attempt[c];
        printf("-- the machine begins attempt %d\n", m_job)
     :: m_job == c_attempt[c] -> skip
     :: else -> input = in_answer_rate /* busy */
     fi
  fi
}

inline machine_receives(k) {
  c = CONVERSATION_OF(k);
  printf("   %d comes to the machine\n", k);
  if
  :: m_phase[c] == 0 ->
     m_phase[c] = mp_start;
     if
     :: d_word[k] == S_ping -> m_pinged = c; m_pinged_epoch = d_arg[k]
     :: c_sess[c] != 0 && c_sess[c] == m_cand -> m_cheard = c_count[c]
     :: c_sess[c] != 0 && c_sess[c] == m_sess -> m_heard = c_count[c]
     :: else
     fi
  :: else
  fi;
  input = 0;
  if
  :: d_word[k] == S_echo ->
     input = (MACHINE_KNOWS(d_sess[k]) -> in_echo_current : in_echo_other)
  :: d_word[k] == S_OK && !(m_phase[c] == mp_heard && m_call != 0) ->
     input = in_OK
  :: d_word[k] == S_identifiant -> input = in_identifiant_accepte
  :: d_word[k] == S_ping -> input = in_ping
  :: d_word[k] == S_possede -> input = in_possede
  :: d_word[k] == S_install -> input = in_install
  :: d_word[k] == S_rien -> input = in_rien
  :: else
  fi;
  if
  :: input != 0 ->
     machine_table(m_phase[c], input);
     if
     :: legal ->
        held = SESSION_OF(k);
        machine_confirms(held);
        if
        :: d_word[k] == S_ping && d_arg[k] > m_epoch -> m_epoch = d_arg[k]
        :: else
        fi;
        machine_step(c, input, k);
        input = 0;
        if
        :: ask == ask_turn -> input = in_answer_turn
        :: ask == ask_owns && m_has -> input = in_answer_oui
        :: ask == ask_owns && !m_has -> input = in_answer_non
        :: ask == ask_install -> machine_works(c)
        :: else
        fi;
        if :: input != 0 -> machine_step(c, input, 0) :: else fi
     :: else
     fi
  :: else
  fi;
  c = 0
}

#ifdef NO_JOURNAL
#define DOES_AGAIN true
#else
#define DOES_AGAIN false
#endif

/* The installer ends. Result and program are on the disk together: what a
 * kill between them does is shown on real machines, not here. */
inline machine_finishes(well) {
  if
  :: well && (!m_has || DOES_AGAIN) ->
     MUST(o_phase != 0 && g_given[m_job], given_before_done);
     g_installs[m_job]++;
     printf("-- the machine has installed it by attempt %d\n", m_job);
     MUST(g_installs[m_job] == 1, done_once);
     m_has = true
  :: else
  fi;
  if :: m_has -> g_since = true :: else fi;
#ifndef NO_JOURNAL
  m_result[m_job] = (well -> 1 : 2);
#endif
  input = (well -> in_answer_reussi : in_answer_rate);
  i = 1;
  do
  :: i < CONVERSATIONS ->
     if
     :: m_phase[i] == mp_working && c_attempt[i] == m_job ->
        machine_step(i, input, 0)
     :: else
     fi;
     i++
  :: else -> break
  od;
  i = 0;
  m_job = 0
}

/* 2b where the session is known to both, else 1b. */
inline machine_calls(number) {
  if :: m_call != 0 -> machine_loses(m_call) :: else fi;
  c = number;
  c_sess[c] = MACHINE_NEWEST;
  if
  :: m_cand != 0 -> m_csent++; c_count[c] = m_csent
  :: m_cand == 0 && m_sess != 0 -> m_sent++; c_count[c] = m_sent
  :: else
  fi;
  m_call = c;
  m_phase[c] = mp_start;
  machine_step(c, in_open_ping, 0);
  c = 0
}

inline machine_loses(lost) {
  m_phase[lost] = 0; m_last[lost] = 0;
  if :: m_call == lost -> m_call = 0 :: else fi
}

inline machine_restarts() {
  printf("-- the machine starts anew\n");
  i = 0;
  do
  :: i < CONVERSATIONS -> m_phase[i] = 0; m_last[i] = 0; i++
  :: else -> break
  od;
  i = 0;
  m_sess = 0; m_sent = 0; m_heard = 0;
  m_cand = 0; m_csent = 0; m_cheard = 0;
  m_call = 0; m_job = 0;
  m_pinged = 0; m_pinged_epoch = 0
}
