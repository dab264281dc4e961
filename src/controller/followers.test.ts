import { expect, test } from "vitest";
import { createFollowers } from "./followers.ts";

const config = { kind: "ConfigMap", namespace: "test", name: "shared" };
const target = { kind: "Deployment", namespace: "test", name: "podinfo" };

test("an object has the Canaries that it matters to, until they are forgotten", () => {
  const followers = createFollowers();
  followers.follow("test/a", [target, config]);
  followers.follow("test/b", [config]);
  followers.follow("test/a", [config]);
  expect([followers.of(config), followers.of(target)]).toEqual([["test/a", "test/b"], ["test/a"]]);
  followers.forget("test/a");
  expect([followers.of(config), followers.of(target)]).toEqual([["test/b"], []]);
});

test("objects are told apart by kind and namespace", () => {
  const followers = createFollowers();
  followers.follow("test/a", [config]);
  expect(followers.of({ ...config, kind: "Secret" })).toEqual([]);
  expect(followers.of({ ...config, namespace: "other" })).toEqual([]);
});
