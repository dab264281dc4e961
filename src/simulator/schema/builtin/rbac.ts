import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  RoleRef,
  Subject,
} from "kubernetes-types/rbac/v1.d.ts";
import { canonicalJson } from "../../../kubernetes/canonical.ts";
import type { Cause, Column } from "../../resource.ts";
import { invalid, required } from "../causes.ts";
import { columnsOf, createdColumn, nameColumn } from "../columns.ts";
import { pathSegment } from "../names.ts";
import { builtinKind } from "./kind.ts";

/*
 * Roles and who has them. Sources: kubernetes, pkg/apis/rbac and pkg/printers/internalversion.
 */

interface Binding {
  readonly roleRef: RoleRef;
  readonly subjects?: Subject[];
}

const { column, wide } = columnsOf<Binding>();

const ofKind = (kind: string, text: (subject: Subject) => string): Column["cell"] =>
  wide("", "string", ({ subjects = [] }) =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map(text)
      .join(", "),
  ).cell;

const bindingColumns: readonly Column[] = [
  column("Role", "string", ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  wide(
    "Users",
    "string",
    ofKind("User", ({ name }) => name),
  ),
  wide(
    "Groups",
    "string",
    ofKind("Group", ({ name }) => name),
  ),
  wide(
    "ServiceAccounts",
    "string",
    ofKind("ServiceAccount", ({ namespace = "", name }) => `${namespace}/${name}`),
  ),
];

const roleColumns = { only: [nameColumn, createdColumn] };

function roleProblems({ rules = [] }: { readonly rules?: readonly PolicyRule[] }): readonly Cause[] {
  return rules.flatMap(({ apiGroups = [], resources = [], nonResourceURLs = [] }, index) => {
    if (nonResourceURLs.length > 0) return [];
    const at = `rules[${index}]`;
    return [
      ...(apiGroups.length === 0
        ? [required(`${at}.apiGroups`, "resource rules must supply at least one api group")]
        : []),
      ...(resources.length === 0
        ? [required(`${at}.resources`, "resource rules must supply at least one resource")]
        : []),
    ];
  });
}

const group = "rbac.authorization.k8s.io";

function completeBinding<T extends Binding>(binding: T): T {
  const { roleRef, subjects } = binding as {
    readonly roleRef?: Partial<RoleRef>;
    readonly subjects?: readonly Subject[];
  };
  return {
    ...binding,
    ...(roleRef !== undefined && { roleRef: { apiGroup: group, ...roleRef } }),
    ...(subjects !== undefined && {
      subjects: subjects.map((subject) => ({
        ...(subject.kind !== "ServiceAccount" && { apiGroup: group }),
        ...subject,
      })),
    }),
  };
}

function bindingProblems({ roleRef }: Binding, before: Binding | undefined): readonly Cause[] {
  return before === undefined || canonicalJson(roleRef) === canonicalJson(before.roleRef)
    ? []
    : [invalid("roleRef", roleRef, "cannot change roleRef")];
}

const apiVersion = `${group}/v1`;
const binding = { name: pathSegment, columns: bindingColumns, complete: completeBinding, rules: bindingProblems };
const role = { name: pathSegment, columns: roleColumns, rules: roleProblems };

export const rbac = [
  builtinKind<Role>({ ...role, apiVersion, kind: "Role" }),
  builtinKind<ClusterRole>({ ...role, apiVersion, kind: "ClusterRole", namespaced: false }),
  builtinKind<RoleBinding>({ ...binding, apiVersion, kind: "RoleBinding" }),
  builtinKind<ClusterRoleBinding>({ ...binding, apiVersion, kind: "ClusterRoleBinding", namespaced: false }),
];
