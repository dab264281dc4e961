import { deepEqual, equal, match, partialDeepStrictEqual as matches } from "node:assert/strict";
import { apiVersionOf, configMaps, deployments } from "../../../kubernetes/resources.ts";
import { at, done } from "../answers.ts";
import type { Topic } from "../behaviour.ts";
import { configMap, deployment } from "../samples.ts";

const strict = { fieldValidation: "Strict" };
const misspelt = deployment("a", { replica: 2 });

/** What becomes of fields that a kind does not have. */
export const fieldValidation: Topic = {
  name: "field validation",
  behaviours: {
    "strict: an unknown field is refused": async (api) => {
      matches(await api.create(deployments, misspelt, { query: strict }), {
        status: 400,
        body: {
          reason: "BadRequest",
          message:
            'Deployment in version "v1" cannot be handled as a Deployment: ' +
            'strict decoding error: unknown field "spec.replica"',
        },
      });
    },
    "strict: several unknown fields are named, with their places in lists": async (api) => {
      const containers = [{ name: "app", image: "example.com/app:1", imagePullPolice: "Never" }];
      const template = { metadata: { labels: { app: "a" } }, spec: { containers } };
      const refused = await api.create(deployments, deployment("a", { template, replica: 1 }), { query: strict });
      equal(refused.status, 400);
      const message = String(at(refused.body, "message"));
      match(message, /unknown field "spec\.replica"/);
      match(message, /unknown field "spec\.template\.spec\.containers\[0\]\.imagePullPolice"/);
    },
    "strict: a field that is there twice is refused": async (api) => {
      const body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"1"},"data":{"a":"2"}}';
      const path = `/api/v1/namespaces/${api.namespace}/configmaps`;
      const refused = await api.send("POST", path, { body, query: strict });
      equal(refused.status, 400);
      match(String(at(refused.body, "message")), /strict decoding error: duplicate field "data"/);
    },
    "strict: what is right is taken without warnings": async (api) => {
      const created = await api.create(deployments, deployment("a"), { query: strict });
      equal(created.status, 201);
      equal(created.headers["warning"], undefined);
    },
    "warn: an unknown field is dropped and told in a header": async (api) => {
      const created = await api.create(deployments, misspelt, { query: { fieldValidation: "Warn" } });
      equal(created.status, 201);
      equal(created.headers["warning"], '299 - "unknown field \\"spec.replica\\""');
      equal(at(created.body, "spec.replica"), undefined);
    },
    "an unknown field is a warning where nothing is said": async (api) => {
      const created = await api.create(deployments, misspelt);
      equal(created.headers["warning"], '299 - "unknown field \\"spec.replica\\""');
    },
    "ignore: an unknown field is dropped in silence": async (api) => {
      const created = await api.create(deployments, misspelt, { query: { fieldValidation: "Ignore" } });
      equal(created.status, 201);
      equal(created.headers["warning"], undefined);
      equal(at(created.body, "spec.replica"), undefined);
    },
    "strict: the fields of patches are looked at, too": async (api) => {
      done(await api.create(deployments, deployment("a")));
      const body = { spec: { replica: 2 } };
      for (const type of ["merge", "strategic"] as const) {
        const refused = await api.patch(deployments, "a", { type, body }, { query: strict });
        equal(refused.status >= 400, true, type);
        match(String(at(refused.body, "message")), /unknown field "spec\.replica"/, type);
      }
    },
    "strict: the fields of replacements are looked at, too": async (api) => {
      done(await api.create(deployments, deployment("a")));
      equal((await api.replace(deployments, deployment("a", { replica: 2 }), { query: strict })).status, 400);
    },
    "server-side apply refuses unknown fields, whatever is said": async (api) => {
      const body = { apiVersion: apiVersionOf(deployments), kind: "Deployment", ...deployment("a", { replica: 2 }) };
      const options = { query: { fieldManager: "me", fieldValidation: "Ignore" } };
      const refused = await api.patch(deployments, "a", { type: "apply", body }, options);
      equal(refused.status, 500);
      match(String(at(refused.body, "message")), /\.spec\.replica: field not declared in schema/);
    },
    "an unknown kind of validation is refused": async (api) => {
      const refused = await api.create(configMaps, configMap("a"), { query: { fieldValidation: "Loose" } });
      equal(refused.status, 422);
      deepEqual(at(refused.body, "reason"), "Invalid");
    },
  },
};
