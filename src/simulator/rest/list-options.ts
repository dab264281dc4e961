import type { Cause } from "../resource.ts";
import * as cause from "../schema/causes.ts";
import { badRequest, invalid } from "./status.ts";

const matchField = "resourceVersionMatch";

/**
 * Refuses options of a list or watch that do not go together.
 * @throws StatusError 422
 */
export function checkListOptions(query: URLSearchParams, isWatch: boolean): void {
  const causes = isWatch ? watchCauses(query) : listCauses(query);
  if (causes.length > 0) throw invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", causes);
}

function listCauses(query: URLSearchParams): readonly Cause[] {
  const match = query.get("resourceVersionMatch") ?? "";
  const version = query.get("resourceVersion") ?? "";
  const initial = query.has("sendInitialEvents")
    ? [cause.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list")]
    : [];
  if (match === "") return initial;
  return [
    ...(version === ""
      ? [cause.forbidden(matchField, "resourceVersionMatch is forbidden unless resourceVersion is provided")]
      : []),
    ...continueCauses(query),
    ...(match === "Exact" || match === "NotOlderThan"
      ? []
      : [cause.unsupported(matchField, match, ["Exact", "NotOlderThan", ""])]),
    ...(match === "Exact" && version === "0"
      ? [cause.forbidden(matchField, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')]
      : []),
    ...initial,
  ];
}

function watchCauses(query: URLSearchParams): readonly Cause[] {
  const match = query.get("resourceVersionMatch") ?? "";
  const hasInitial = query.has("sendInitialEvents");
  return [
    ...(hasInitial && match !== "NotOlderThan"
      ? [cause.forbidden(matchField, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]
      : []),
    ...(match !== "" && !hasInitial
      ? [
          cause.forbidden(
            matchField,
            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
          ),
        ]
      : []),
    ...(match !== "" && match !== "NotOlderThan" ? [cause.unsupported(matchField, match, ["NotOlderThan"])] : []),
    ...(match === "" ? [] : continueCauses(query)),
  ];
}

function continueCauses(query: URLSearchParams): readonly Cause[] {
  return (query.get("continue") ?? "") === ""
    ? []
    : [cause.forbidden(matchField, "resourceVersionMatch is forbidden when continue is provided")];
}

/**
 * The version that is asked for; undefined when there is none.
 * @throws StatusError 400
 */
export function askedVersion(query: URLSearchParams): number | undefined {
  const text = query.get("resourceVersion") ?? "";
  if (text === "") return undefined;
  if (!/^\d+$/.test(text)) {
    throw badRequest(`invalid resource version: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}
