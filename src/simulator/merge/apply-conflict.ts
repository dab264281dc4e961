import { paths } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { compareKeys } from "./managers.ts";
import type { Manager } from "./managers.ts";
import { elementText } from "./path-element.ts";

/** A field that an apply would take from another manager. */
export interface ConflictCause {
  /** Such as `.spec.template.spec.containers[name="app"].image`. */
  readonly field: string;
  /** The other manager's name. */
  readonly manager: string;
  /** As in `details.causes` of the Status, such as `conflict with "kubectl" using apps/v1`. */
  readonly message: string;
}

/** The fields that an apply would take from a manager, under the manager's identity. */
export type Conflicts = ReadonlyMap<string, { readonly manager: Manager; readonly fields: FieldSet }>;

/** An apply that would change what other managers own. The message is the API server's, as kubectl prints it. */
export class ApplyConflict extends Error {
  override readonly name = "ApplyConflict";
  readonly causes: readonly ConflictCause[];

  constructor(conflicts: Conflicts) {
    const groups = [...conflicts]
      .toSorted(([a], [b]) => compareKeys([a], [b]))
      .map(([, { manager, fields }]) => ({
        name: manager.name,
        by: describe(manager),
        fields: paths(fields).map((path) => path.map(elementText).join("")),
      }));
    const causes = groups.flatMap(({ name, by, fields }) =>
      fields.map((field) => ({ field, manager: name, message: `conflict with ${by}` })),
    );
    const [only, ...others] = causes;
    super(
      only !== undefined && others.length === 0
        ? `Apply failed with 1 conflict: ${only.message}: ${only.field}`
        : `Apply failed with ${causes.length} conflicts: ${groups
            .flatMap(({ by, fields }) => [`conflicts with ${by}:`, ...fields.map((field) => `- ${field}`)])
            .join("\n")}`,
    );
    this.causes = causes;
  }
}

function describe({ name, operation, apiVersion, subresource }: Manager): string {
  const who = subresource === "" ? JSON.stringify(name) : `${JSON.stringify(name)} with subresource "${subresource}"`;
  return operation === "Update" ? `${who} using ${apiVersion}` : who;
}
