import type { ServedResource } from "../resource.ts";
import { autoscaling } from "./builtin/autoscaling.ts";
import { cluster } from "./builtin/cluster.ts";
import { configs } from "./builtin/configs.ts";
import { customResourceDefinitions } from "./builtin/definitions.ts";
import { events } from "./builtin/events.ts";
import { jobs } from "./builtin/jobs.ts";
import { networking } from "./builtin/networking.ts";
import { pods } from "./builtin/pods.ts";
import { rbac } from "./builtin/rbac.ts";
import { services } from "./builtin/services.ts";
import { workloads } from "./builtin/workloads.ts";

/**
 * The kinds that the simulated API server has from the start, as Kubernetes 1.35 has them: each in its one version that
 * matters. Events are served in the core group only, autoscalers as `autoscaling/v2` only.
 */
export const builtinResources: readonly ServedResource[] = [
  ...cluster,
  ...pods,
  ...services,
  ...configs,
  ...events,
  ...workloads,
  ...autoscaling,
  ...jobs,
  ...networking,
  ...rbac,
  ...customResourceDefinitions,
];
