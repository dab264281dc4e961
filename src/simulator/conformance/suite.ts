import type { Topic } from "./behaviour.ts";
import { serverSideApply } from "./behaviours/apply.ts";
import { create } from "./behaviours/create.ts";
import { customResources } from "./behaviours/custom-resources.ts";
import { defaults } from "./behaviours/defaults.ts";
import { deletion } from "./behaviours/delete.ts";
import { deploymentTopic } from "./behaviours/deployments.ts";
import { discovery } from "./behaviours/discovery.ts";
import { dryRun } from "./behaviours/dry-run.ts";
import { endpointTopic } from "./behaviours/endpoints.ts";
import { eventTopic } from "./behaviours/events.ts";
import { fieldValidation } from "./behaviours/field-validation.ts";
import { garbageCollection } from "./behaviours/garbage-collection.ts";
import { generateName } from "./behaviours/generate-name.ts";
import { jsonPatch } from "./behaviours/json-patch.ts";
import { leaseTopic } from "./behaviours/leases.ts";
import { mergePatch } from "./behaviours/merge-patch.ts";
import { namespaceTopic } from "./behaviours/namespaces.ts";
import { pages } from "./behaviours/pages.ts";
import { read } from "./behaviours/read.ts";
import { scaleSubresource } from "./behaviours/scale.ts";
import { selectors } from "./behaviours/selectors.ts";
import { status } from "./behaviours/status.ts";
import { strategicMergePatch } from "./behaviours/strategic-merge-patch.ts";
import { tables } from "./behaviours/tables.ts";
import { update } from "./behaviours/update.ts";
import { validation } from "./behaviours/validation.ts";
import { watches } from "./behaviours/watch.ts";

/** What every API server that Headgate meets does, the simulated one included. */
export const topics: readonly Topic[] = [
  // first: where hundreds of namespaces end at once, one waits for another
  namespaceTopic,
  discovery,
  create,
  generateName,
  read,
  pages,
  selectors,
  update,
  jsonPatch,
  mergePatch,
  strategicMergePatch,
  serverSideApply,
  fieldValidation,
  dryRun,
  status,
  scaleSubresource,
  deletion,
  watches,
  defaults,
  validation,
  customResources,
  tables,
  eventTopic,
  leaseTopic,
  garbageCollection,
  deploymentTopic,
  endpointTopic,
];
