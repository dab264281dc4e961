/**
 * The arrows between rooms (docs/decisions/0001-architecture.md):
 *
 *     api <- release, analysis <- controller -> workloads, routing, metrics, alerts, hooks -> kubernetes
 */
const room = (name) => `^src/${name}/`;

/** Each room and the only other rooms it may import. */
const arrows = {
  api: ["kubernetes"],
  analysis: ["api"],
  release: ["api", "analysis"],
  kubernetes: [],
  workloads: ["api", "kubernetes"],
  routing: ["api", "kubernetes"],
  metrics: ["api", "kubernetes"],
  alerts: ["api", "kubernetes"],
  hooks: ["api", "kubernetes"],
  server: [],
  loadtester: ["api"],
  simulator: ["kubernetes"],
  lint: [
    "api",
    "kubernetes",
    "analysis",
    "release",
    "workloads",
    "routing",
    "metrics",
    "alerts",
    "loadtester",
    "simulator",
  ],
  rehearsal: ["api", "kubernetes", "simulator", "controller", "release", "alerts"],
  playground: ["api", "kubernetes", "simulator", "controller", "alerts"],
};

module.exports = {
  forbidden: [
    ...Object.entries(arrows).map(([from, to]) => ({
      name: `${from}-arrows`,
      comment: `src/${from} may import only: ${["itself", ...to].join(", ")} and the files of src itself`,
      severity: "error",
      from: { path: room(from), pathNot: "\\.test\\.ts$" },
      to: { path: "^src/[^/]+/", pathNot: [room(from), ...to.map(room)] },
    })),
    {
      name: "pure-core",
      comment: "release and analysis decide; they do not import I/O",
      severity: "error",
      from: { path: ["^src/release/", "^src/analysis/"], pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core", "npm"] },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
