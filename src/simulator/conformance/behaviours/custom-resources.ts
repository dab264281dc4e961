import { deepEqual, equal, match, ok, partialDeepStrictEqual as matches } from "node:assert/strict";
import { apiVersionOf } from "../../../kubernetes/resources.ts";
import { at, causesOf, done, listAt, namesOf } from "../answers.ts";
import type { Behaviour, Topic } from "../behaviour.ts";
import { customResourceDefinitions } from "../resources.ts";
import { define, widget, widgetDefinition, widgetResource } from "../widgets.ts";

/** Specs that are refused, and what is wrong with which fields. */
const refusals: readonly (readonly [string, object, readonly string[]])[] = [
  ["a field that is missing", { size: undefined }, ["FieldValueRequired spec.size: Required value"]],
  [
    "a value of a wrong type",
    { size: "three" },
    ['FieldValueTypeInvalid spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"'],
  ],
  [
    "a number that is too large",
    { size: 11 },
    ["FieldValueInvalid spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10"],
  ],
  [
    "a number that is too small",
    { size: 0 },
    ["FieldValueInvalid spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1"],
  ],
  [
    "a value that is not one of several",
    { colour: "blue" },
    ['FieldValueNotSupported spec.colour: Unsupported value: "blue": supported values: "red", "green"'],
  ],
  [
    "a text that does not match",
    { code: "A1" },
    ["FieldValueInvalid spec.code: Invalid value: \"A1\": spec.code in body should match '^[a-z]+$'"],
  ],
  [
    "a text that is too long",
    { code: "abcdef" },
    ["FieldValueTooLong spec.code: Too long: may not be more than 5 bytes"],
  ],
  [
    "a list that is too long",
    { parts: ["a", "b", "c", "d"].map((name) => ({ name })) },
    ["FieldValueTooMany spec.parts: Too many: 4: must have at most 3 items"],
  ],
  [
    "a key that is there twice",
    { parts: [{ name: "a" }, { name: "a" }] },
    ['FieldValueDuplicate spec.parts[1]: Duplicate value: {"name":"a"}'],
  ],
  [
    "an item without what it needs",
    { parts: [{ count: 2 }] },
    ["FieldValueRequired spec.parts[0].name: Required value"],
  ],
  [
    "a map's value of a wrong type",
    { limits: { a: "b" } },
    [
      'FieldValueTypeInvalid spec.limits.a: Invalid value: "string": spec.limits.a in body must be of type integer: "string"',
    ],
  ],
];

const refused = Object.fromEntries(
  refusals.map(([name, spec, expected]): [string, Behaviour] => [
    `${name} is refused`,
    async (api) => {
      const widgets = await define(api);
      const answer = await api.create(widgets, widget("a", spec));
      matches(answer, { status: 422, body: { reason: "Invalid", details: { name: "a", kind: "Widget" } } });
      deepEqual(causesOf(answer), expected);
    },
  ]),
);

/** Kinds that a CustomResourceDefinition makes. */
export const customResources: Topic = {
  name: "custom resources",
  behaviours: {
    "a finalizer may have any name": async (api) => {
      const widgets = await define(api);
      const object = widget("a");
      const metadata = { ...object.metadata, finalizers: ["finalizer.example.com"] };
      deepEqual(done(await api.create(widgets, { ...object, metadata })).metadata.finalizers, metadata.finalizers);
      done(await api.patch(widgets, "a", { type: "merge", body: { metadata: { finalizers: null } } }));
    },
    "a definition is accepted, established and says so": async (api) => {
      await define(api);
      const { group } = widgetResource(api);
      const definition = done(await api.get(customResourceDefinitions, `widgets.${group}`));
      matches(definition["status"], {
        acceptedNames: { plural: "widgets", kind: "Widget", shortNames: ["wd"] },
        storedVersions: ["v1"],
      });
      for (const type of ["NamesAccepted", "Established"]) {
        const condition = listAt(definition, "status.conditions").find((each) => at(each, "type") === type);
        equal(at(condition, "status"), "True", type);
      }
      equal(at(definition, "spec.conversion.strategy"), "None");
    },
    "a definition's names are completed": async (api) => {
      const definition = widgetDefinition(api);
      const { group } = widgetResource(api);
      const spec = { ...(definition["spec"] as object), names: { plural: "widgets", kind: "Widget" } };
      await define(api, { ...definition, spec });
      matches(at(done(await api.get(customResourceDefinitions, `widgets.${group}`)), "spec.names"), {
        singular: "widget",
        listKind: "WidgetList",
      });
    },
    "the resource is discovered with its names and subresources": async (api) => {
      const { group } = await define(api);
      const body = await api.eventually("the resource is discovered", async () =>
        done(await api.send("GET", `/apis/${group}/v1`)),
      );
      matches(body, { kind: "APIResourceList", groupVersion: `${group}/v1` });
      matches(listAt(body, "resources"), [
        {
          name: "widgets",
          singularName: "widget",
          namespaced: true,
          kind: "Widget",
          shortNames: ["wd"],
          categories: ["toys"],
        },
      ]);
      const names = listAt(body, "resources").map((each) => at(each, "name"));
      deepEqual([...names].sort(), ["widgets", "widgets/scale", "widgets/status"]);
      await api.eventually("the group is discovered", async () =>
        listAt(done(await api.send("GET", "/apis")), "groups").find((each) => at(each, "name") === group),
      );
    },
    "the schema is published": async (api) => {
      const { group } = await define(api);
      const schema = await api.eventually("the schema is published", async () => {
        const document = done(await api.send("GET", `/openapi/v3/apis/${group}/v1`));
        const schemas = at(document, "components.schemas") as Readonly<Record<string, unknown>>;
        return Object.values(schemas).find((each) => at(each, "x-kubernetes-group-version-kind.0.kind") === "Widget");
      });
      equal(at(schema, "properties.spec.properties.size.type"), "integer");
    },
    "objects are created, read and listed with their kind": async (api) => {
      const widgets = await define(api);
      const created = await api.create(widgets, widget("a"));
      matches(created, {
        status: 201,
        body: {
          apiVersion: apiVersionOf(widgets),
          kind: "Widget",
          metadata: { name: "a", namespace: api.namespace, generation: 1 },
          spec: { size: 3 },
        },
      });
      deepEqual(done(await api.get(widgets, "a")), created.body);
      const list = done(await api.list(widgets));
      matches(list, { kind: "WidgetList", apiVersion: apiVersionOf(widgets) });
      deepEqual(at(list, "items"), [created.body]);
    },
    "an object that is not there is named with its group": async (api) => {
      const widgets = await define(api);
      matches(await api.get(widgets, "a"), {
        status: 404,
        body: {
          message: `widgets.${widgets.group} "a" not found`,
          details: { group: widgets.group, kind: "widgets" },
        },
      });
    },
    "defaults are filled in, also in items of lists": async (api) => {
      const widgets = await define(api);
      const created = done(await api.create(widgets, widget("a", { parts: [{ name: "a" }, { name: "b", count: 2 }] })));
      deepEqual(created["spec"], {
        size: 3,
        colour: "red",
        parts: [
          { name: "a", count: 1 },
          { name: "b", count: 2 },
        ],
      });
    },
    "a default takes the place of null, unless null is allowed": async (api) => {
      const widgets = await define(api);
      const created = done(await api.create(widgets, widget("a", { colour: null, note: null })));
      deepEqual(created["spec"], { size: 3, colour: "red", note: null });
    },
    "unknown fields are dropped and told in a header": async (api) => {
      const widgets = await define(api);
      const created = await api.create(widgets, widget("a", { weight: 1, parts: [{ name: "a", weight: 2 }] }));
      deepEqual(at(done(created), "spec"), { size: 3, colour: "red", parts: [{ name: "a", count: 1 }] });
      match(String(created.headers["warning"]), /299 - "unknown field \\"spec\.weight\\""/);
      match(String(created.headers["warning"]), /unknown field \\"spec\.parts\[0\]\.weight\\"/);
    },
    "strict: unknown fields are refused": async (api) => {
      const widgets = await define(api);
      const answer = await api.create(widgets, widget("a", { weight: 1 }), { query: { fieldValidation: "Strict" } });
      equal(answer.status, 400);
      match(String(at(answer.body, "message")), /strict decoding error: unknown field "spec\.weight"/);
    },
    "unknown fields stay where the schema says so": async (api) => {
      const widgets = await define(api);
      const free = { anything: { goes: [1, "two", { three: null }] } };
      deepEqual(at(done(await api.create(widgets, widget("a", { free }))), "spec.free"), free);
    },
    "numbers and texts are taken where both may stand": async (api) => {
      const widgets = await define(api);
      equal(at(done(await api.create(widgets, widget("a", { port: 80 }))), "spec.port"), 80);
      equal(at(done(await api.create(widgets, widget("b", { port: "http" }))), "spec.port"), "http");
      equal((await api.create(widgets, widget("c", { port: 1.5 }))).status, 422);
    },
    ...refused,
    "a change is validated like a creation": async (api) => {
      const widgets = await define(api);
      done(await api.create(widgets, widget("a")));
      equal((await api.patch(widgets, "a", { type: "merge", body: { spec: { size: 11 } } })).status, 422);
    },
    "the generation counts changes of the spec, not of labels, annotations and status": async (api) => {
      const widgets = await define(api);
      done(await api.create(widgets, widget("a")));
      const patch = async (body: unknown, subresource?: string): Promise<unknown> =>
        done(await api.patch(widgets, "a", { type: "merge", body }, subresource === undefined ? {} : { subresource }))
          .metadata.generation;
      equal(await patch({ metadata: { labels: { a: "b" }, annotations: { c: "d" } } }), 1);
      equal(await patch({ status: { phase: "Ready" } }, "status"), 1);
      equal(await patch({ spec: { size: 4 } }), 2);
    },
    "the status is written under its path only, and nothing else is": async (api) => {
      const widgets = await define(api);
      const created = done(await api.create(widgets, { ...widget("a"), status: { phase: "Ready" } }));
      equal(created["status"], undefined);
      const body = { status: { phase: "Ready" }, spec: { size: 9 }, metadata: { labels: { a: "b" } } };
      const written = done(await api.patch(widgets, "a", { type: "merge", body }, { subresource: "status" }));
      deepEqual([written["status"], at(written, "spec.size")], [{ phase: "Ready" }, 3]);
      equal(written.metadata.labels, undefined);
      const changed = done(await api.patch(widgets, "a", { type: "merge", body: { status: { phase: "Gone" } } }));
      deepEqual(changed["status"], { phase: "Ready" });
    },
    "the status is validated and pruned": async (api) => {
      const widgets = await define(api);
      done(await api.create(widgets, widget("a")));
      const options = { subresource: "status" };
      const wrong = { type: "merge" as const, body: { status: { replicas: "three" } } };
      equal((await api.patch(widgets, "a", wrong, options)).status, 422);
      const unknown = { type: "merge" as const, body: { status: { phase: "Ready", mood: "good" } } };
      deepEqual(done(await api.patch(widgets, "a", unknown, options))["status"], { phase: "Ready" });
    },
    "a replacement of the status needs the current version": async (api) => {
      const widgets = await define(api);
      const before = done(await api.create(widgets, widget("a")));
      const first = await api.replace(widgets, { ...before, status: { phase: "One" } }, { subresource: "status" });
      equal(first.status, 200);
      const second = await api.replace(widgets, { ...before, status: { phase: "Two" } }, { subresource: "status" });
      equal(second.status, 409);
    },
    "without the subresource the status is a field like others": async (api) => {
      const widgets = await define(api, widgetDefinition(api, { subresources: {} }));
      const created = done(await api.create(widgets, { ...widget("a"), status: { phase: "Ready" } }));
      deepEqual(created["status"], { phase: "Ready" });
      equal((await api.get(widgets, "a", { subresource: "status" })).status, 404);
    },
    "the scale is read and written at the paths of the definition": async (api) => {
      const widgets = await define(api);
      done(await api.create(widgets, widget("a", { replicas: 2 })));
      const status = { replicas: 1, selector: "app=a" };
      done(await api.patch(widgets, "a", { type: "merge", body: { status } }, { subresource: "status" }));
      const subresource = "scale";
      matches(done(await api.get(widgets, "a", { subresource })), {
        apiVersion: "autoscaling/v1",
        kind: "Scale",
        spec: { replicas: 2 },
        status,
      });
      done(await api.patch(widgets, "a", { type: "merge", body: { spec: { replicas: 5 } } }, { subresource }));
      equal(at(done(await api.get(widgets, "a")), "spec.replicas"), 5);
    },
    "a replacement needs a version": async (api) => {
      const widgets = await define(api);
      done(await api.create(widgets, widget("a")));
      const answer = await api.replace(widgets, widget("a", { size: 4 }));
      equal(answer.status, 422);
      matches(at(answer.body, "details.causes"), [{ reason: "FieldValueInvalid", field: "metadata.resourceVersion" }]);
    },
    "a change that changes nothing makes no new version": async (api) => {
      const widgets = await define(api);
      const before = done(await api.create(widgets, widget("a")));
      deepEqual(done(await api.replace(widgets, before)), before);
      deepEqual(done(await api.patch(widgets, "a", { type: "merge", body: { spec: { size: 3 } } })), before);
    },
    "strategic merge patches are not taken": async (api) => {
      const widgets = await define(api);
      done(await api.create(widgets, widget("a")));
      equal((await api.patch(widgets, "a", { type: "strategic", body: { spec: { size: 4 } } })).status, 415);
    },
    "server-side apply merges lists as the schema says": async (api) => {
      const widgets = await define(api);
      const apply = async (manager: string, spec: object, force = false): Promise<unknown> => {
        const body = { apiVersion: apiVersionOf(widgets), kind: "Widget", metadata: { name: "a" }, spec };
        const query = { fieldManager: manager, ...(force && { force: "true" }) };
        return done(await api.patch(widgets, "a", { type: "apply", body }, { query }))["spec"];
      };
      await apply("one", { size: 3, parts: [{ name: "a", count: 1 }], tags: ["x"] });
      const both = await apply("two", { parts: [{ name: "b", count: 2 }] });
      deepEqual(at(both, "parts"), [
        { name: "a", count: 1 },
        { name: "b", count: 2 },
      ]);
      deepEqual(at(await apply("two", { tags: ["y"] }, true), "tags"), ["y"]);
      deepEqual(at(await apply("one", { size: 3, tags: ["y"] }), "parts"), undefined);
    },
    "columns are printed as the definition says": async (api) => {
      const additionalPrinterColumns = [
        { name: "Size", type: "integer", jsonPath: ".spec.size" },
        { name: "Phase", type: "string", jsonPath: ".status.phase" },
        { name: "Colour", type: "string", jsonPath: ".spec.colour", priority: 1 },
        { name: "Tag", type: "string", jsonPath: ".spec.tags[0]" },
        { name: "Count", type: "integer", jsonPath: '.spec.parts[?(@.name=="b")].count' },
        { name: "Since", type: "date", jsonPath: ".metadata.creationTimestamp" },
      ];
      const widgets = await define(api, widgetDefinition(api, { additionalPrinterColumns }));
      done(
        await api.create(widgets, widget("a", { tags: ["x", "y"], parts: [{ name: "a" }, { name: "b", count: 7 }] })),
      );
      const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
      const { body } = await api.list(widgets, { headers: { accept } });
      deepEqual(
        listAt(body, "columnDefinitions").map((column) => [
          at(column, "name"),
          at(column, "type"),
          at(column, "priority"),
        ]),
        [
          ["Name", "string", 0],
          ["Size", "integer", 0],
          ["Phase", "string", 0],
          ["Colour", "string", 1],
          ["Tag", "string", 0],
          ["Count", "integer", 0],
          ["Since", "date", 0],
        ],
      );
      const cells = listAt(body, "rows.0.cells");
      deepEqual(cells.slice(0, 6), ["a", 3, null, "red", "x", 7]);
      match(String(cells[6]), /^\d+s$/);
    },
    "without columns there are name and age": async (api) => {
      const widgets = await define(api);
      const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
      const { body } = await api.list(widgets, { headers: { accept } });
      deepEqual(
        listAt(body, "columnDefinitions").map((column) => at(column, "name")),
        ["Name", "Age"],
      );
    },
    "objects are watched and selected like others": async (api) => {
      const widgets = await define(api);
      const { metadata } = done(await api.list(widgets));
      const query = { resourceVersion: metadata.resourceVersion ?? "", labelSelector: "app=web" };
      const watch = await api.watch(widgets, { query });
      done(await api.create(widgets, widget("a")));
      const object = widget("b");
      done(await api.create(widgets, { ...object, metadata: { ...object.metadata, labels: { app: "web" } } }));
      done(await api.delete(widgets, "b"));
      const events = await watch.take(2);
      deepEqual(
        events.map(({ type, object: seen }) => [type, seen.metadata.name, seen.kind]),
        [
          ["ADDED", "b", "Widget"],
          ["DELETED", "b", "Widget"],
        ],
      );
      deepEqual(namesOf(done(await api.list(widgets, { query: { fieldSelector: "metadata.name=a" } }))), ["a"]);
    },
    "an object is read in each version that is served": async (api) => {
      const definition = widgetDefinition(api);
      const [version] = listAt(definition, "spec.versions") as readonly object[];
      const spec = {
        ...(definition["spec"] as object),
        versions: [version, { ...version, name: "v2", storage: false }],
      };
      const widgets = await define(api, { ...definition, spec });
      const v2 = widgetResource(api, "v2");
      const { metadata } = done(await api.create(widgets, widget("a")));
      const other = await api.eventually("the other version is served", async () => done(await api.get(v2, "a")));
      equal(other.apiVersion, apiVersionOf(v2));
      equal(other.metadata.uid, metadata.uid);
    },
    "a definition that is changed is served as it is now": async (api) => {
      const widgets = await define(api);
      const name = `widgets.${widgets.group}`;
      const path = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/weight";
      const body = [{ op: "add", path, value: { type: "integer" } }];
      done(await api.patch(customResourceDefinitions, name, { type: "json", body }));
      await api.eventually("the new field is kept", async () => {
        const created = done(await api.create(widgets, widget("a", { weight: 7 }), { query: { dryRun: "All" } }));
        return at(created, "spec.weight") === 7 ? true : undefined;
      });
    },
    "with their definition all objects go, and the path": async (api) => {
      const widgets = await define(api);
      const watched = await api.watch(widgets);
      done(await api.create(widgets, widget("a")));
      done(await api.delete(customResourceDefinitions, `widgets.${widgets.group}`));
      await api.eventually("the definition is gone", async () =>
        (await api.get(customResourceDefinitions, `widgets.${widgets.group}`)).status === 404 ? true : undefined,
      );
      await api.eventually("the path is gone", async () =>
        (await api.list(widgets)).status === 404 ? true : undefined,
      );
      deepEqual(watched.events.map(({ type }) => type).slice(0, 2), ["ADDED", "DELETED"]);
    },
    "a definition whose name is not made of plural and group is refused": async (api) => {
      const answer = await api.create(customResourceDefinitions, {
        ...widgetDefinition(api),
        metadata: { name: "other.example.com" },
      });
      equal(answer.status, 422);
      ok(causesOf(answer).some((cause) => cause.startsWith("FieldValueInvalid metadata.name:")));
    },
    "a schema that leaves out a type is refused": async (api) => {
      const schema = { openAPIV3Schema: { type: "object", properties: { spec: { properties: {} } } } };
      const answer = await api.create(customResourceDefinitions, widgetDefinition(api, { schema }));
      equal(answer.status, 422);
      deepEqual(causesOf(answer), [
        "FieldValueRequired spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields",
      ]);
    },
    "a definition without a version that is stored is refused": async (api) => {
      equal((await api.create(customResourceDefinitions, widgetDefinition(api, { storage: false }))).status, 422);
    },
    "objects without a namespace are served at the top": async (api) => {
      const definition = widgetDefinition(api);
      const spec = { ...(definition["spec"] as object), scope: "Cluster" };
      const name = definition.metadata.name;
      const widgets = { ...widgetResource(api), namespaced: false };
      done(await api.create(customResourceDefinitions, { ...definition, spec }));
      api.afterwards(async () => api.delete(customResourceDefinitions, name));
      const created = await api.eventually("the resource is served", async () =>
        done(await api.create(widgets, widget("a"))),
      );
      equal(created.metadata.namespace, undefined);
      equal((await api.get(widgets, "a")).status, 200);
    },
  },
};
