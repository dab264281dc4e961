import { isRecord } from "../../kubernetes/canonical.ts";
import type { Backend } from "./backend.ts";
import { parseYaml } from "./decode.ts";
import { remove } from "./delete.ts";
import { deleteOptions, writeOptions } from "./options.ts";
import type { Call, Place } from "./request.ts";
import { badRequest } from "./status.ts";
import type { Status } from "./status.ts";

/**
 * Deletes a pod as the Eviction of the body wants it. Disruption budgets are not asked.
 * @throws StatusError
 */
export function evict(backend: Backend, place: Place, call: Call): Status {
  const { dryRun } = writeOptions(call);
  const eviction = parseYaml(call.body, badRequest);
  const { metadata, deleteOptions: given = {} } = isRecord(eviction) ? eviction : {};
  if (!isRecord(metadata) || metadata["name"] !== place.name) {
    throw badRequest("name in URL does not match name in Eviction object");
  }
  const options = deleteOptions({ ...call, body: JSON.stringify(given) });
  remove(backend, place, { ...options, dryRun: dryRun || options.dryRun });
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
}
