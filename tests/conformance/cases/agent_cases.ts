/**
 * All cases for an agent, in the order in which they are played.
 *
 * @module
 */

import type { AgentStage } from "../kit/agent_stage.ts";
import type { Case } from "../kit/case.ts";
import { AGENT_DISCOVERY } from "./agent_discovery.ts";
import { AGENT_FORGED } from "./agent_forged.ts";
import { AGENT_LAWFUL } from "./agent_lawful.ts";
import { AGENT_LISTS } from "./agent_lists.ts";
import { AGENT_RESTART } from "./agent_restart.ts";
import { AGENT_SESSIONS } from "./agent_sessions.ts";
import { AGENT_SIP } from "./agent_sip.ts";
import { AGENT_STATES } from "./agent_states.ts";

export const AGENT_CASES: readonly Case<AgentStage>[] = [
  ...AGENT_DISCOVERY,
  ...AGENT_SESSIONS,
  ...AGENT_LAWFUL,
  ...AGENT_LISTS,
  ...AGENT_FORGED,
  ...AGENT_STATES,
  ...AGENT_SIP,
  ...AGENT_RESTART,
];
