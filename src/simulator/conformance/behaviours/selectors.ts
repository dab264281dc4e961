import { deepEqual, equal, match, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps, secrets } from "../../../kubernetes/resources.ts";
import { at, done, namesOf } from "../answers.ts";
import type { Behaviour, Topic } from "../behaviour.ts";
import { pods } from "../resources.ts";
import { configMap, labelled, pod } from "../samples.ts";

/** Each selector, and which of the three objects below it selects. */
const labelSelectors: Readonly<Record<string, readonly string[]>> = {
  "app=web": ["web-1", "web-2"],
  "app==web": ["web-1", "web-2"],
  "app!=web": ["none"],
  "app=web,tier=front": ["web-1"],
  "app in (web, other)": ["web-1", "web-2"],
  "app in (other)": [],
  "tier notin (front)": ["none", "web-2"],
  tier: ["web-1", "web-2"],
  "!tier": ["none"],
  "app,!other": ["web-1", "web-2"],
  "app=": [],
};

const byLabel = Object.fromEntries(
  Object.entries(labelSelectors).map(([labelSelector, names]): [string, Behaviour] => [
    `the label selector ${labelSelector} selects what it should`,
    async (api) => {
      done(await api.create(secrets, labelled("web-1", { app: "web", tier: "front" })));
      done(await api.create(secrets, labelled("web-2", { app: "web", tier: "back" })));
      done(await api.create(secrets, labelled("none", {})));
      deepEqual(namesOf(done(await api.list(secrets, { query: { labelSelector } }))), names);
    },
  ]),
);

/** Lists of some objects only. */
export const selectors: Topic = {
  name: "selectors",
  behaviours: {
    ...byLabel,
    "a label selector that is none is refused": async (api) => {
      for (const labelSelector of ["a=b=c", "app in web", "-a"]) {
        const { status, body } = await api.list(secrets, { query: { labelSelector } });
        equal(status, 400, labelSelector);
        match(String(at(body, "message")), /unable to parse requirement|found '.*'|invalid/, labelSelector);
      }
    },
    "objects are selected by name": async (api) => {
      for (const name of ["a", "b", "c"]) done(await api.create(secrets, { metadata: { name } }));
      const select = async (fieldSelector: string): Promise<readonly unknown[]> =>
        namesOf(done(await api.list(secrets, { query: { fieldSelector } })));
      deepEqual(await select("metadata.name=b"), ["b"]);
      deepEqual(await select("metadata.name==b"), ["b"]);
      deepEqual(await select("metadata.name!=b"), ["a", "c"]);
      deepEqual(await select("metadata.name=a,metadata.name=b"), []);
      deepEqual(await select("metadata.name=nobody"), []);
    },
    "objects are selected by namespace": async (api) => {
      done(await api.create(configMaps, labelled("a", { conformance: api.namespace })));
      const labelSelector = `conformance=${api.namespace}`;
      const select = async (fieldSelector: string): Promise<readonly unknown[]> =>
        namesOf(done(await api.list(configMaps, { namespace: "", query: { fieldSelector, labelSelector } })));
      deepEqual(await select(`metadata.namespace=${api.namespace}`), ["a"]);
      deepEqual(await select(`metadata.namespace!=${api.namespace}`), []);
    },
    "secrets are selected by type": async (api) => {
      done(await api.create(secrets, { metadata: { name: "a" }, type: "helm.sh/release.v1" }));
      done(await api.create(secrets, { metadata: { name: "b" } }));
      const query = { fieldSelector: "type=helm.sh/release.v1" };
      deepEqual(namesOf(done(await api.list(secrets, { query }))), ["a"]);
    },
    "pods are selected by phase and node": async (api) => {
      await api.eventually("the namespace takes pods", async () => done(await api.create(pods, pod("a"))));
      const select = async (fieldSelector: string): Promise<readonly unknown[]> =>
        namesOf(done(await api.list(pods, { query: { fieldSelector } })));
      deepEqual(await select("status.phase=Pending"), ["a"]);
      deepEqual(await select("status.phase=Running"), []);
      deepEqual(await select("status.phase!=Running,spec.nodeName="), ["a"]);
      deepEqual(await select("spec.nodeName=node"), []);
    },
    "label and field selectors go together": async (api) => {
      done(await api.create(secrets, labelled("a", { app: "web" })));
      done(await api.create(secrets, labelled("b", { app: "web" })));
      const query = { labelSelector: "app=web", fieldSelector: "metadata.name!=a" };
      deepEqual(namesOf(done(await api.list(secrets, { query }))), ["b"]);
    },
    "a field that a kind cannot be selected by is refused": async (api) => {
      matches(await api.list(configMaps, { query: { fieldSelector: "data.key=value" } }), {
        status: 400,
        body: {
          reason: "BadRequest",
          message: '"data.key" is not a known field selector: only "metadata.name", "metadata.namespace"',
        },
      });
    },
    "a collection is deleted as far as it is selected": async (api) => {
      done(await api.create(configMaps, { ...labelled("a", { app: "web" }) }));
      done(await api.create(configMaps, configMap("b")));
      equal((await api.deleteAll(configMaps, { query: { labelSelector: "app=web" } })).status, 200);
      equal((await api.get(configMaps, "a")).status, 404);
      equal((await api.get(configMaps, "b")).status, 200);
    },
  },
};
