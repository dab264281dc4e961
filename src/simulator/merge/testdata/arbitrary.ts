import * as fc from "fast-check";

const name = fc.constantFrom("a", "b", "c");
const word = fc.constantFrom("x", "y");
const words = fc.dictionary(name, word, { maxKeys: 3, noNullPrototype: true });

/** An object with some of these fields. */
function some<T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return fc.record<T, never>(fields, { requiredKeys: [], noNullPrototype: true });
}

function items<T extends object>(key: keyof T & string, item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.uniqueArray(item, { selector: (one) => one[key], maxLength: 3 });
}

const container = fc.record(
  {
    name,
    image: word,
    args: fc.array(word, { maxLength: 2 }),
    env: items("name", fc.record({ name, value: word }, { noNullPrototype: true })),
    ports: items(
      "containerPort",
      fc.record(
        { containerPort: fc.integer({ min: 1, max: 3 }), name },
        { requiredKeys: ["containerPort"], noNullPrototype: true },
      ),
    ),
    resources: some({ limits: words }),
  },
  { requiredKeys: ["name"], noNullPrototype: true },
);

/** What a Deployment (testdata/schemas.ts) may hold, with list items that can be told apart. */
export const deployments = some({
  metadata: some({ labels: words, finalizers: fc.uniqueArray(name, { maxLength: 3 }) }),
  spec: some({
    replicas: fc.integer({ min: 0, max: 3 }),
    paused: fc.boolean(),
    strategy: some({ type: word, rollingUpdate: some({ maxSurge: fc.constantFrom<number | string>(1, "25%") }) }),
    template: some({
      metadata: some({ labels: words }),
      spec: some({ containers: items("name", container), nodeSelector: words }),
    }),
  }),
});
