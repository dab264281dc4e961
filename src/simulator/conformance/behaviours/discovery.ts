import { deepEqual, equal, match, ok, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps } from "../../../kubernetes/resources.ts";
import { at, listAt } from "../answers.ts";
import type { Topic } from "../behaviour.ts";

const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

function named(list: readonly unknown[], name: string, field = "name"): unknown {
  return list.find((item) => at(item, field) === name);
}

/** How clients find out what is served. */
export const discovery: Topic = {
  name: "discovery",
  behaviours: {
    "/version tells the version of Kubernetes": async (api) => {
      const { status, body } = await api.send("GET", "/version");
      equal(status, 200);
      equal(at(body, "major"), "1");
      match(String(at(body, "gitVersion")), /^v1\.\d+\.\d+/);
    },
    "/readyz and /livez say ok": async (api) => {
      for (const path of ["/readyz", "/livez"]) {
        const { status, body } = await api.send("GET", path);
        deepEqual([status, body], [200, "ok"]);
      }
    },
    "/api lists the versions of the core group": async (api) => {
      matches(await api.send("GET", "/api"), { status: 200, body: { kind: "APIVersions", versions: ["v1"] } });
    },
    "/apis lists the groups with the version that is preferred": async (api) => {
      const { body } = await api.send("GET", "/apis");
      matches(body, { kind: "APIGroupList", apiVersion: "v1" });
      matches(named(listAt(body, "groups"), "apps"), {
        versions: [{ groupVersion: "apps/v1", version: "v1" }],
        preferredVersion: { groupVersion: "apps/v1", version: "v1" },
      });
      matches(named(listAt(body, "groups"), "autoscaling"), {
        preferredVersion: { groupVersion: "autoscaling/v2", version: "v2" },
      });
    },
    "/apis/GROUP tells of one group": async (api) => {
      matches(await api.send("GET", "/apis/apps"), {
        status: 200,
        body: { kind: "APIGroup", apiVersion: "v1", name: "apps", preferredVersion: { version: "v1" } },
      });
    },
    "/api/v1 lists the core resources with scope and short names": async (api) => {
      const { body } = await api.send("GET", "/api/v1");
      matches(body, { kind: "APIResourceList", groupVersion: "v1" });
      const resources = listAt(body, "resources");
      matches(named(resources, "pods"), {
        singularName: "pod",
        namespaced: true,
        kind: "Pod",
        shortNames: ["po"],
        categories: ["all"],
      });
      matches(named(resources, "namespaces"), { namespaced: false, kind: "Namespace", shortNames: ["ns"] });
      matches(named(resources, "configmaps"), { shortNames: ["cm"] });
      matches(named(resources, "services"), { shortNames: ["svc"], categories: ["all"] });
      matches(named(resources, "events"), { shortNames: ["ev"] });
    },
    "/apis/GROUP/VERSION lists resources with their verbs and subresources": async (api) => {
      const { body } = await api.send("GET", "/apis/apps/v1");
      const resources = listAt(body, "resources");
      const found = named(resources, "deployments");
      matches(found, { namespaced: true, kind: "Deployment", shortNames: ["deploy"], categories: ["all"] });
      deepEqual([...listAt(found, "verbs")].sort(), [
        "create",
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "update",
        "watch",
      ]);
      matches(named(resources, "deployments/status"), { kind: "Deployment", verbs: ["get", "patch", "update"] });
      matches(named(resources, "deployments/scale"), {
        group: "autoscaling",
        version: "v1",
        kind: "Scale",
        verbs: ["get", "patch", "update"],
      });
    },
    "discovery of all groups at once is given to those who accept it": async (api) => {
      const { status, headers, body } = await api.send("GET", "/apis", { headers: { accept: aggregated } });
      equal(status, 200);
      match(String(headers["content-type"]), /as=APIGroupDiscoveryList/);
      matches(body, { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2" });
      const version = named(listAt(named(listAt(body, "items"), "apps", "metadata.name"), "versions"), "v1", "version");
      const resource = named(listAt(version, "resources"), "deployments", "resource");
      matches(resource, {
        responseKind: { kind: "Deployment" },
        scope: "Namespaced",
        singularResource: "deployment",
        shortNames: ["deploy"],
        categories: ["all"],
      });
      matches(named(listAt(resource, "subresources"), "scale", "subresource"), {
        responseKind: { group: "autoscaling", version: "v1", kind: "Scale" },
      });
    },
    "discovery of the core group at once is given to those who accept it": async (api) => {
      const { body } = await api.send("GET", "/api", { headers: { accept: aggregated } });
      const version = named(listAt(body, "items.0.versions"), "v1", "version");
      matches(named(listAt(version, "resources"), "nodes", "resource"), { scope: "Cluster" });
    },
    "/openapi/v3 names a document per group and version, which describes its kinds": async (api) => {
      const { body } = await api.send("GET", "/openapi/v3");
      const paths = at(body, "paths") as Readonly<Record<string, unknown>>;
      const url = new URL(String(at(paths["apis/apps/v1"], "serverRelativeURL")), "http://server");
      const document = await api.send("GET", url.pathname, { query: Object.fromEntries(url.searchParams) });
      equal(document.status, 200);
      const schemas = at(document.body, "components.schemas") as Readonly<Record<string, unknown>>;
      matches(schemas["io.k8s.api.apps.v1.Deployment"], {
        type: "object",
        "x-kubernetes-group-version-kind": [{ group: "apps", version: "v1", kind: "Deployment" }],
      });
    },
    "/openapi/v3 says that PATCH takes dryRun and fieldValidation": async (api) => {
      const { body } = await api.send("GET", "/openapi/v3/apis/apps/v1");
      const paths = at(body, "paths") as Readonly<Record<string, unknown>>;
      const patch = at(paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"], "patch");
      const parameters = listAt(patch, "parameters").map((parameter) => at(parameter, "name"));
      ok(parameters.includes("dryRun") && parameters.includes("fieldValidation"), parameters.join());
      matches(patch, {
        "x-kubernetes-group-version-kind": { group: "apps", kind: "Deployment", version: "v1" },
      });
    },
    "/openapi/v2 describes the builtin kinds": async (api) => {
      const { status, body } = await api.send("GET", "/openapi/v2", { headers: { accept: "application/json" } });
      equal(status, 200);
      equal(at(body, "swagger"), "2.0");
      const definitions = at(body, "definitions") as Readonly<Record<string, unknown>>;
      matches(definitions["io.k8s.api.apps.v1.Deployment"], {
        "x-kubernetes-group-version-kind": [{ group: "apps", kind: "Deployment", version: "v1" }],
      });
    },
    "paths, groups and resources that do not exist are not found": async (api) => {
      for (const path of ["/nothing", "/apis/nothing.example.com", "/apis/apps/v9", "/api/v1/nothings"]) {
        equal((await api.send("GET", path)).status, 404, path);
      }
    },
    "an object of a resource that does not exist is not found, with a Status": async (api) => {
      matches(await api.send("GET", `/apis/apps/v1/namespaces/${api.namespace}/nothings/a`), {
        status: 404,
        body: { kind: "Status", reason: "NotFound", message: "the server could not find the requested resource" },
      });
    },
    "a method that a path does not take is not allowed": async (api) => {
      const path = `/api/v1/namespaces/${api.namespace}/configmaps`;
      matches(await api.send("PUT", path, { body: {} }), {
        status: 405,
        body: { kind: "Status", status: "Failure", reason: "MethodNotAllowed", code: 405 },
      });
      equal((await api.send("POST", `${path}/a`, { body: {} })).status, 405);
    },
    "answers are JSON and say so": async (api) => {
      const { headers } = await api.list(configMaps);
      match(String(headers["content-type"]), /^application\/json/);
    },
  },
};
