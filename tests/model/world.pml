/* What lies between the two ends: every datagram that was ever sent. A
 * stranger has recorded all of them, and may bring any of them to whom it was
 * meant for, now, later, twice or never. So loss, duplicates, reordering and
 * replays are one thing: which datagram comes next.
 *
 * A datagram is a number here, and this number is also its hash: the same
 * contents are the same datagram, other contents another. Nobody makes one
 * that he has not signed; gate, keys and addresses are not in the model.
 */

/* How often each may begin something: the bounds of the proof. */
#ifndef PINGS
#define PINGS 1         /* the server's pings */
#endif
#ifndef CALLS
#define CALLS 1         /* the machine's own calls */
#endif
#ifndef TALKS
#define TALKS 0         /* conversations about the order */
#endif
#ifndef ECHOES
#define ECHOES 2        /* different echoes in one conversation */
#endif
#ifndef SERVER_STARTS
#define SERVER_STARTS 0 /* restarts */
#endif
#ifndef MACHINE_STARTS
#define MACHINE_STARTS 0
#endif
#ifndef FAILURES
#define FAILURES 0      /* attempts that the machine cannot do */
#endif
#ifndef REMOVALS
#define REMOVALS 0      /* a person takes the program away */
#endif
#ifndef ATTEMPTS
#define ATTEMPTS 2      /* how often the server lets it try */
#endif
#ifndef CYCLES
#define CYCLES 0        /* of quiet time, see calm.pml */
#endif

/* Conversations have numbers, from 1: the pings first, then the calls, then
 * those about the order, then those of quiet time. In life a number is random;
 * here it is never used twice. */
#define FIRST_CALL (PINGS + 1)
#define FIRST_TALK (PINGS + CALLS + 1)
#define FIRST_CALM (PINGS + CALLS + TALKS + 1)
#define CONVERSATIONS (FIRST_CALM + 3 * CYCLES)

/* Datagrams have numbers too, from 1: some for each conversation, taken in the
 * order in which they are said, so that it does not matter which conversation
 * speaks first. */
#define LONG (1 + 5 * ECHOES)
#define SHORT 6
#define LAST_LONG (LONG * (PINGS + CALLS))
#define DATAGRAMS (LAST_LONG + SHORT * (TALKS + 3 * CYCLES) + 1)
#define STRANGERS (LAST_LONG + SHORT * TALKS) /* what a stranger can bring */
#define CONVERSATION_OF(k) ((k) <= LAST_LONG -> 1 + ((k) - 1) / LONG : \
  FIRST_TALK + ((k) - 1 - LAST_LONG) / SHORT)
#define FIRST_OF(c) ((c) < FIRST_TALK -> 1 + ((c) - 1) * LONG : \
  1 + LAST_LONG + ((c) - FIRST_TALK) * SHORT)
#define ROOM_OF(c) ((c) < FIRST_TALK -> LONG : SHORT)

mtype d_word[DATAGRAMS]; /* 0: not said yet */
byte d_prev[DATAGRAMS];
byte d_arg[DATAGRAMS];   /* ping: epoch; install and results: attempt */
byte d_sess[DATAGRAMS];  /* echo: the session its sender holds */

/* What the first datagram of a conversation has fixed. */
byte c_sess[CONVERSATIONS];
byte c_count[CONVERSATIONS];
byte c_attempt[CONVERSATIONS];
bit c_else[CONVERSATIONS]; /* possede: else install */
byte c_echoes[CONVERSATIONS];

/* Scratch: 0 between two steps. */
byte c, i, k;

byte pings, calls, talks;
byte server_starts, machine_starts, failures, removals;

#if CYCLES > 0
byte calm; /* the faults have stopped; how late its turns begin */
chan queue = [8] of { byte }; /* said in quiet time, in its order */
#define MORE_ECHOES(c) (calm || c_echoes[c] < ECHOES)
#define QUEUED(k) if :: calm -> queue!k :: else fi
#else
#define MORE_ECHOES(c) (c_echoes[c] < ECHOES)
#define QUEUED(k) skip
#endif

/* What a row of the tables says; of no meaning between two steps. */
hidden mtype to;
hidden mtype say;
hidden mtype ask;
hidden mtype end;
hidden byte legal;
hidden byte judged;
hidden byte sent;
hidden byte room;
hidden byte held;
hidden byte says;
hidden byte has_nonce;
hidden byte other;
hidden mtype input;

/* A broken promise: `broken` is 0 for ever, and only carries the name of the
 * promise into what Spin reports. */
hidden byte broken;
#define lawful_speaker 1
#define room_in_the_model 2
#define no_session_twice 3
#define session_of_both 4
#define belief_is_so 5
#define taken_up_once 6
#define given_before_done 7
#define done_once 8
#define order_ends 9
#define never_reached 10
#ifdef ONLY
#define MUST(what, promise) assert((what) || promise != ONLY || broken == promise)
#else
#define MUST(what, promise) assert((what) || broken == promise)
#endif

/* One more datagram; or, with the same contents, the one that is there: only
 * a nonce makes it another one for certain. */
inline utter(word, conv, prev, arg, session) {
  MUST(MAY_SAY(word), lawful_speaker);
  sent = FIRST_OF(conv);
  room = ROOM_OF(conv);
  do
  :: room > 0 && d_word[sent] != 0 && (has_nonce || !(d_word[sent] == word &&
       d_prev[sent] == prev && d_arg[sent] == arg &&
       d_sess[sent] == session)) -> sent++; room--
  :: else -> break
  od;
  MUST(room > 0, room_in_the_model);
  if
  :: d_word[sent] == 0 ->
     d_word[sent] = word; d_prev[sent] = prev;
     d_arg[sent] = arg; d_sess[sent] = session;
     if :: has_nonce -> c_echoes[conv]++ :: else fi;
     QUEUED(sent)
  :: else
  fi;
  printf("%d: %e, conversation %d, after %d, session %d, counter %d, says %d\n",
    sent, word, conv, prev, d_sess[sent] + c_sess[conv] * (1 - (word == S_echo || word == M_echo)),
    c_count[conv], arg)
}

/* The session in the header. */
#define SESSION_OF(k) \
  ((d_word[k] == S_echo || d_word[k] == M_echo) -> d_sess[k] : c_sess[CONVERSATION_OF(k)])

/* A rule of the protocol that a variant leaves out. */
#ifdef NO_PREV
#define FOLLOWS(k, last) (true)
#else
#define FOLLOWS(k, last) (d_prev[k] == last)
#endif
#ifdef NO_COUNTER
#define FRESH(number, highest) (true)
#else
#define FRESH(number, highest) (number > highest)
#endif
