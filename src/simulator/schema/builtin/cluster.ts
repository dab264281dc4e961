import type { Lease } from "kubernetes-types/coordination/v1.d.ts";
import type { Namespace, Node, ServiceAccount } from "kubernetes-types/core/v1.d.ts";
import { invalid } from "../causes.ts";
import { ageColumn, columnsOf, nameColumn, none } from "../columns.ts";
import { dnsLabel } from "../names.ts";
import { builtinKind } from "./kind.ts";

/*
 * What a cluster is made of. Sources: kubernetes, pkg/apis/core/v1/defaults.go and pkg/printers/internalversion.
 */

const namespace = columnsOf<Namespace>();
const node = columnsOf<Node>();
const lease = columnsOf<Lease>();

const unknown = "<unknown>";
const nodeRole = "node-role.kubernetes.io/";

export const cluster = [
  builtinKind<Namespace>({
    apiVersion: "v1",
    kind: "Namespace",
    shortNames: ["ns"],
    namespaced: false,
    status: true,
    name: dnsLabel,
    columns: [namespace.column("Status", "string", ({ status }) => status?.phase ?? "")],
    complete: ({ metadata, status, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, labels: { ...metadata.labels, "kubernetes.io/metadata.name": metadata.name } },
      status: { phase: "Active", ...status },
    }),
  }),
  builtinKind<Node>({
    apiVersion: "v1",
    kind: "Node",
    shortNames: ["no"],
    namespaced: false,
    status: true,
    columns: {
      only: [
        nameColumn,
        node.column("Status", "string", nodeStatus),
        node.column("Roles", "string", ({ metadata }) => {
          const roles = Object.keys(metadata.labels ?? {}).flatMap((label) =>
            label.startsWith(nodeRole) ? [label.slice(nodeRole.length)] : [],
          );
          return roles.length === 0 ? none : roles.sort().join(",");
        }),
        ageColumn,
        node.column("Version", "string", ({ status }) => status?.nodeInfo?.kubeletVersion ?? ""),
        node.wide("Internal-IP", "string", (object) => address(object, "InternalIP")),
        node.wide("External-IP", "string", (object) => address(object, "ExternalIP")),
        node.wide("OS-Image", "string", ({ status }) => status?.nodeInfo?.osImage ?? unknown),
        node.wide("Kernel-Version", "string", ({ status }) => status?.nodeInfo?.kernelVersion ?? unknown),
        node.wide("Container-Runtime", "string", ({ status }) => status?.nodeInfo?.containerRuntimeVersion ?? unknown),
      ],
    },
  }),
  builtinKind<ServiceAccount>({
    apiVersion: "v1",
    kind: "ServiceAccount",
    shortNames: ["sa"],
  }),
  builtinKind<Lease>({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    columns: [lease.column("Holder", "string", ({ spec }) => spec?.holderIdentity ?? "")],
    rules: ({ spec = {} }) => [
      ...(spec.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0
        ? [invalid("spec.leaseDurationSeconds", spec.leaseDurationSeconds, "must be greater than 0")]
        : []),
      ...(spec.leaseTransitions !== undefined && spec.leaseTransitions < 0
        ? [invalid("spec.leaseTransitions", spec.leaseTransitions, "must be greater than or equal to 0")]
        : []),
    ],
  }),
];

function nodeStatus({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const states = [
    ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady",
    ...(spec?.unschedulable === true ? ["SchedulingDisabled"] : []),
  ];
  return states.join(",");
}

function address({ status }: Node, wanted: string): string {
  return status?.addresses?.find(({ type }) => type === wanted)?.address ?? none;
}
