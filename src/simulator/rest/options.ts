import type { Cause } from "../resource.ts";
import { decodeDeleteOptions } from "./decode.ts";
import type { Call } from "./request.ts";
import * as cause from "../schema/causes.ts";
import { invalid } from "./status.ts";

/** How a write is to be carried out. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** Who owns the fields that are written. */
  readonly manager: string;
  /** What happens with fields that are unknown or there twice. */
  readonly fieldValidation: "Ignore" | "Warn" | "Strict";
  /** Whether an apply takes fields from their owners. */
  readonly force: boolean;
  /** Whether what is written needs no validation, and a status no defaults. */
  readonly trusted: boolean;
}

/** How an object is to be deleted. Seconds are whole; below 0 they mean 1. */
export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly gracePeriodSeconds: number | undefined;
  readonly propagationPolicy: "Orphan" | "Background" | "Foreground" | undefined;
  readonly preconditions: { readonly uid?: string; readonly resourceVersion?: string };
}

/** How an object is deleted where nobody says how. */
export const usualDeletion: DeleteOptions = {
  dryRun: false,
  gracePeriodSeconds: undefined,
  propagationPolicy: undefined,
  preconditions: {},
};

const metaKind = (kind: string) => ({ group: "meta.k8s.io", kind });

/**
 * Reads the options of a create, update or patch from the query.
 * @throws StatusError 422
 */
export function writeOptions({ query, headers, method }: Call, patch?: "apply" | "other"): WriteOptions {
  const manager = query.get("fieldManager") ?? "";
  const fieldValidation = query.get("fieldValidation") ?? "";
  const kind = { POST: "CreateOptions", PATCH: "PatchOptions" }[method as string] ?? "UpdateOptions";
  const causes = [
    ...(patch === "apply" && manager === "" ? [cause.required("fieldManager", "is required for apply patch")] : []),
    ...(patch === "other" && query.has("force")
      ? [cause.forbidden("force", "may not be specified for non-apply patch")]
      : []),
    ...managerCauses(manager),
    ...dryRunCauses(query.getAll("dryRun")),
    ...(["", "Ignore", "Warn", "Strict"].includes(fieldValidation)
      ? []
      : [cause.unsupported("fieldValidation", fieldValidation, ["", "Ignore", "Strict", "Warn"])]),
  ];
  if (causes.length > 0) throw invalid(metaKind(kind), "", causes);
  return {
    dryRun: query.has("dryRun"),
    manager: manager === "" ? agentOf(headers["user-agent"]) : manager,
    fieldValidation: fieldValidation === "Ignore" || fieldValidation === "Strict" ? fieldValidation : "Warn",
    force: ["true", "1", "True", "TRUE", "t", "T"].includes(query.get("force") ?? ""),
    trusted: false,
  };
}

/** The first word of the client's name. */
function agentOf(userAgent = ""): string {
  const [name = ""] = userAgent.split("/");
  return name === "" ? "unknown" : name.slice(0, 128);
}

/**
 * Reads the options of a deletion from the body or, where there is none, from the query.
 * @throws StatusError 400 or 422
 */
export function deleteOptions(call: Call): DeleteOptions {
  const given = decodeDeleteOptions(call);
  const { gracePeriodSeconds, orphanDependents, propagationPolicy, preconditions = {}, dryRun = [] } = given;
  const policies = ["Foreground", "Background", "Orphan"];
  const causes = [
    ...(orphanDependents !== undefined && propagationPolicy !== undefined
      ? [
          cause.invalid(
            "propagationPolicy",
            propagationPolicy,
            "orphanDependents and deletionPropagation cannot be both set",
          ),
        ]
      : []),
    ...(propagationPolicy !== undefined && !policies.includes(propagationPolicy)
      ? [cause.unsupported("propagationPolicy", propagationPolicy, [...policies, "nil"])]
      : []),
    ...dryRunCauses(dryRun),
  ];
  if (causes.length > 0) throw invalid(metaKind("DeleteOptions"), "", causes);
  const orphan = orphanDependents === undefined ? undefined : orphanDependents ? "Orphan" : "Background";
  return {
    dryRun: dryRun.length > 0,
    gracePeriodSeconds: gracePeriodSeconds !== undefined && gracePeriodSeconds < 0 ? 1 : gracePeriodSeconds,
    propagationPolicy: (propagationPolicy as DeleteOptions["propagationPolicy"]) ?? orphan,
    preconditions,
  };
}

function managerCauses(manager: string): readonly Cause[] {
  if (Buffer.byteLength(manager) > 128) {
    return [cause.tooLong("fieldManager", 128)];
  }
  const strange = /[\p{C}\p{Zl}\p{Zp}]/u.exec(manager);
  if (strange === null) return [];
  const code = strange[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0") ?? "";
  return [cause.invalid("fieldManager", manager, `invalid character U+${code} (at position ${strange.index})`)];
}

function dryRunCauses(values: readonly string[]): readonly Cause[] {
  return values.every((value) => value === "All") ? [] : [cause.unsupported("dryRun", values, ["All"])];
}
