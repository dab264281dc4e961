import { expect, test } from "vitest";
import { Compacted, createStore, keyOf } from "./store.ts";

const named = (name: string, color: string) => ({ metadata: { name }, data: { color } });
const at = (name: string, resourceVersion: string, color: string) => ({
  metadata: { name, resourceVersion },
  data: { color },
});

test("gives each change a version of its own, and each version its objects", () => {
  const store = createStore();
  store.put("configmaps", "b", named("b", "red"));
  store.put("secrets", "a", named("a", "secret"));
  store.put("configmaps", "a", named("a", "green"));
  store.put("configmaps", "b", named("b", "blue"));
  store.remove("configmaps", "a", named("a", "green"));
  expect(store.version).toBe(5);
  expect(store.list("configmaps")).toEqual([["b", at("b", "4", "blue")]]);
  expect(store.list("configmaps", 3)).toEqual([
    ["a", at("a", "3", "green")],
    ["b", at("b", "1", "red")],
  ]);
  expect(store.list("configmaps", 0)).toEqual([]);
  expect(store.changesSince("configmaps", 3)).toEqual([
    {
      type: "MODIFIED",
      version: 4,
      collection: "configmaps",
      key: "b",
      object: at("b", "4", "blue"),
      previous: at("b", "1", "red"),
    },
    {
      type: "DELETED",
      version: 5,
      collection: "configmaps",
      key: "a",
      object: at("a", "5", "green"),
      previous: at("a", "3", "green"),
    },
  ]);
});

test("forgets what is too long ago", () => {
  const store = createStore(2);
  for (const color of ["1", "2", "3", "4", "5"]) store.put("configmaps", "a", named("a", color));
  expect(store.list("configmaps", 3)).toEqual([["a", at("a", "3", "3")]]);
  expect(() => store.list("configmaps", 1)).toThrow(Compacted);
  store.compact();
  expect(() => store.changesSince("configmaps", 4)).toThrow("compacted up to version 5");
  expect(store.changesSince("configmaps", 5)).toEqual([]);
});

test("tells its listeners until they stop", () => {
  const store = createStore();
  const told: number[] = [];
  const stop = store.onChange(({ version }) => told.push(version));
  store.put("configmaps", "a", named("a", "red"));
  stop();
  store.put("configmaps", "a", named("a", "blue"));
  expect(told).toEqual([1]);
});

test("sorts by namespace and name", () => {
  expect([keyOf("", "a"), keyOf("b", "a")]).toEqual(["a", "b/a"]);
});
