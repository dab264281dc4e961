import { gitopsIncidents } from "./gitops.ts";
import type { Incidents } from "./incident.ts";
import { leaderIncidents } from "./leaders.ts";
import { stateIncidents } from "./state.ts";
import { trafficIncidents } from "./traffic.ts";

/** All incidents, by class. */
export const incidents: Readonly<Record<string, Incidents>> = {
  "Traffic and capacity": trafficIncidents,
  "State machine": stateIncidents,
  "High availability and notifications": leaderIncidents,
  GitOps: gitopsIncidents,
};
