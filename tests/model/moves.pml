/* Made from lib/sep/words.ts, lib/sep/moves.ts, lib/sep/server_side.ts and
 * lib/server/orders/task_paths.ts by `deno task model --write`; not by hand.
 *
 * S_ is a word of the server and M_ one of a machine, sp_ and mp_ are their
 * phases, in_ is an input of their tables, ask_ a question to the own house,
 * end_ how a conversation ends, o_ the phase of an order, oi_ its input.
 */

/* words of the server */
mtype = { S_ping, S_echo, S_OK, S_identifie, S_identifiant, S_possede, S_oui,
  S_non, S_rien, S_dliste, S_vliste, S_install, S_suppression, S_reussi,
  S_rate };
/* words of a machine */
mtype = { M_ping, M_echo, M_OK, M_identifie, M_identifiant, M_possede, M_oui,
  M_non, M_rien, M_dliste, M_vliste, M_install, M_suppression, M_reussi,
  M_rate };
/* phases of the server */
mtype = { sp_start, sp_pinged, sp_greeted, sp_echoed, sp_registering,
  sp_named, sp_asked, sp_listing, sp_weighing, sp_ordered, sp_ended };
/* phases of a machine */
mtype = { mp_start, mp_waiting, mp_heard, mp_presented, mp_calling,
  mp_offering, mp_looking, mp_answered, mp_comparing, mp_working, mp_reported,
  mp_ended };
/* inputs */
mtype = { in_open_ping, in_open_possede, in_open_dliste, in_open_install,
  in_open_suppression, in_ping_current, in_ping_other, in_vliste,
  in_echo_current, in_echo_other, in_identifie, in_answer_accepte,
  in_answer_attente, in_answer_refuse, in_answer_silence, in_OK, in_oui,
  in_non, in_non_install, in_OK_envoie, in_OK_inchange, in_answer_envoie,
  in_answer_inchange, in_reussi, in_rate, in_open_vliste, in_ping, in_possede,
  in_dliste, in_install, in_suppression, in_answer_turn,
  in_identifiant_accepte, in_identifiant_attente, in_identifiant_refuse,
  in_answer_oui, in_answer_non, in_rien, in_answer_reussi, in_answer_rate };
/* questions */
mtype = { ask_list, ask_register, ask_turn, ask_owns, ask_install, ask_remove };
/* endings */
mtype = { end_alive, end_refused, end_silent, end_opened, end_owned,
  end_missing, end_list_coming, end_list_unchanged, end_offer_answered,
  end_done, end_failed, end_accepted, end_pending, end_upload, end_unchanged,
  end_over };
/* an order */
mtype = { o_act, o_else, o_prove, o_done, o_failed, oi_done, oi_failed,
  oi_lost, oi_owned, oi_missing };

#define MAY_SAY(w) ( \
  (w) == S_ping || \
  (w) == S_echo || \
  (w) == S_OK || \
  (w) == S_identifiant || \
  (w) == S_possede || \
  (w) == S_rien || \
  (w) == S_dliste || \
  (w) == S_install || \
  (w) == S_suppression || \
  (w) == M_ping || \
  (w) == M_echo || \
  (w) == M_OK || \
  (w) == M_identifie || \
  (w) == M_oui || \
  (w) == M_non || \
  (w) == M_vliste || \
  (w) == M_reussi || \
  (w) == M_rate )

#define FROM_SERVER(w) ( \
  (w) == S_ping || \
  (w) == S_echo || \
  (w) == S_OK || \
  (w) == S_identifie || \
  (w) == S_identifiant || \
  (w) == S_possede || \
  (w) == S_oui || \
  (w) == S_non || \
  (w) == S_rien || \
  (w) == S_dliste || \
  (w) == S_vliste || \
  (w) == S_install || \
  (w) == S_suppression || \
  (w) == S_reussi || \
  (w) == S_rate )

inline server_table(phase, input) {
  legal = true; to = 0; say = 0; ask = 0; end = 0;
  if
  :: phase == sp_start && input == in_open_ping ->
     to = sp_pinged; say = S_ping
  :: phase == sp_start && input == in_open_possede ->
     to = sp_asked; say = S_possede
  :: phase == sp_start && input == in_open_dliste ->
     to = sp_listing; say = S_dliste
  :: phase == sp_start && input == in_open_install ->
     to = sp_ordered; say = S_install
  :: phase == sp_start && input == in_open_suppression ->
     to = sp_ordered; say = S_suppression
  :: phase == sp_start && input == in_ping_current ->
     to = sp_ended; say = S_echo; end = end_alive
  :: phase == sp_start && input == in_ping_other ->
     to = sp_echoed; say = S_echo
  :: phase == sp_start && input == in_vliste ->
     to = sp_weighing; ask = ask_list
  :: phase == sp_pinged && input == in_echo_current ->
     to = sp_ended; end = end_alive
  :: phase == sp_pinged && input == in_echo_other ->
     to = sp_greeted; say = S_OK
  :: phase == sp_greeted && input == in_identifie ->
     to = sp_registering; ask = ask_register
  :: phase == sp_echoed && input == in_identifie ->
     to = sp_registering; ask = ask_register
  :: phase == sp_registering && input == in_answer_accepte ->
     to = sp_named; say = S_identifiant
  :: phase == sp_registering && input == in_answer_attente ->
     to = sp_named; say = S_identifiant
  :: phase == sp_registering && input == in_answer_refuse ->
     to = sp_ended; say = S_identifiant; end = end_refused
  :: phase == sp_registering && input == in_answer_silence ->
     to = sp_ended; end = end_silent
  :: phase == sp_named && input == in_OK ->
     to = sp_ended; end = end_opened
  :: phase == sp_asked && input == in_oui ->
     to = sp_ended; say = S_rien; end = end_owned
  :: phase == sp_asked && input == in_non ->
     to = sp_ended; say = S_rien; end = end_missing
  :: phase == sp_asked && input == in_non_install ->
     to = sp_ordered; say = S_install
  :: phase == sp_listing && input == in_OK_envoie ->
     to = sp_ended; end = end_list_coming
  :: phase == sp_listing && input == in_OK_inchange ->
     to = sp_ended; end = end_list_unchanged
  :: phase == sp_weighing && input == in_answer_envoie ->
     to = sp_ended; say = S_OK; end = end_offer_answered
  :: phase == sp_weighing && input == in_answer_inchange ->
     to = sp_ended; say = S_OK; end = end_offer_answered
  :: phase == sp_ordered && input == in_reussi ->
     to = sp_ended; say = S_OK; end = end_done
  :: phase == sp_ordered && input == in_rate ->
     to = sp_ended; say = S_OK; end = end_failed
  :: else -> legal = false
  fi
}

inline machine_table(phase, input) {
  legal = true; to = 0; say = 0; ask = 0; end = 0;
  if
  :: phase == mp_start && input == in_open_ping ->
     to = mp_calling; say = M_ping
  :: phase == mp_start && input == in_open_vliste ->
     to = mp_offering; say = M_vliste
  :: phase == mp_start && input == in_ping ->
     to = mp_waiting; ask = ask_turn
  :: phase == mp_start && input == in_possede ->
     to = mp_looking; ask = ask_owns
  :: phase == mp_start && input == in_dliste ->
     to = mp_comparing; ask = ask_list
  :: phase == mp_start && input == in_install ->
     to = mp_working; ask = ask_install
  :: phase == mp_start && input == in_suppression ->
     to = mp_working; ask = ask_remove
  :: phase == mp_waiting && input == in_answer_turn ->
     to = mp_heard; say = M_echo
  :: phase == mp_heard && input == in_OK ->
     to = mp_presented; say = M_identifie
  :: phase == mp_presented && input == in_identifiant_accepte ->
     to = mp_ended; say = M_OK; end = end_accepted
  :: phase == mp_presented && input == in_identifiant_attente ->
     to = mp_ended; say = M_OK; end = end_pending
  :: phase == mp_presented && input == in_identifiant_refuse ->
     to = mp_ended; end = end_refused
  :: phase == mp_calling && input == in_echo_current ->
     to = mp_ended; end = end_alive
  :: phase == mp_calling && input == in_echo_other ->
     to = mp_presented; say = M_identifie
  :: phase == mp_offering && input == in_OK_envoie ->
     to = mp_ended; end = end_upload
  :: phase == mp_offering && input == in_OK_inchange ->
     to = mp_ended; end = end_unchanged
  :: phase == mp_looking && input == in_answer_oui ->
     to = mp_answered; say = M_oui
  :: phase == mp_looking && input == in_answer_non ->
     to = mp_answered; say = M_non
  :: phase == mp_answered && input == in_rien ->
     to = mp_ended; end = end_over
  :: phase == mp_answered && input == in_install ->
     to = mp_working; ask = ask_install
  :: phase == mp_comparing && input == in_answer_envoie ->
     to = mp_ended; say = M_OK; end = end_upload
  :: phase == mp_comparing && input == in_answer_inchange ->
     to = mp_ended; say = M_OK; end = end_unchanged
  :: phase == mp_working && input == in_answer_reussi ->
     to = mp_reported; say = M_reussi
  :: phase == mp_working && input == in_answer_rate ->
     to = mp_reported; say = M_rate
  :: phase == mp_reported && input == in_OK ->
     to = mp_ended; end = end_over
  :: else -> legal = false
  fi
}

#define SERVER_TIMED(p) ( \
  (p) == sp_pinged || \
  (p) == sp_greeted || \
  (p) == sp_echoed || \
  (p) == sp_named || \
  (p) == sp_asked || \
  (p) == sp_listing || \
  (p) == sp_ordered )

#define MACHINE_TIMED(p) ( \
  (p) == mp_heard || \
  (p) == mp_presented || \
  (p) == mp_calling || \
  (p) == mp_offering || \
  (p) == mp_answered || \
  (p) == mp_reported )

#define ORDER_FIRST o_act

/* What has no cell is lost, as in the code. */
inline order_table(input) {
  judged = false;
  if
  :: o_phase == o_act && input == oi_done ->
     o_phase = o_prove
  :: o_phase == o_act && input == oi_failed ->
     o_phase = o_else; judged = true
  :: o_phase == o_act && input == oi_lost ->
     o_phase = o_else
  :: o_phase == o_else && input == oi_owned ->
     o_phase = o_done
  :: o_phase == o_else && input == oi_done ->
     o_phase = o_prove
  :: o_phase == o_else && input == oi_failed ->
     o_phase = o_else; judged = true
  :: o_phase == o_else && input == oi_lost ->
     o_phase = o_else
  :: o_phase == o_prove && input == oi_owned ->
     o_phase = o_done
  :: o_phase == o_prove && input == oi_missing ->
     o_phase = o_failed
  :: o_phase == o_prove && input == oi_lost ->
     o_phase = o_prove
  :: else ->
     if
     :: o_phase == o_act -> o_phase = o_else
     :: o_phase == o_else -> o_phase = o_else
     :: o_phase == o_prove -> o_phase = o_prove
     :: else -> skip
     fi
  fi
}
