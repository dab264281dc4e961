import { equal, match, notEqual } from "node:assert/strict";
import { configMaps } from "../../../kubernetes/resources.ts";
import { done } from "../answers.ts";
import type { Topic } from "../behaviour.ts";

/** Names that the server makes up. */
export const generateName: Topic = {
  name: "generateName",
  behaviours: {
    "five letters or digits are added to the prefix, other ones each time": async (api) => {
      const create = async (): Promise<string> =>
        done(await api.create(configMaps, { metadata: { generateName: "a-" } })).metadata.name;
      const [first, second] = [await create(), await create()];
      match(first, /^a-[a-z0-9]{5}$/);
      match(second, /^a-[a-z0-9]{5}$/);
      notEqual(first, second);
    },
    "the prefix stays in the object, which is found by its name": async (api) => {
      const { metadata } = done(await api.create(configMaps, { metadata: { generateName: "a-" } }));
      const found = done(await api.get(configMaps, metadata.name)).metadata as unknown as Record<string, unknown>;
      equal(found["generateName"], "a-");
    },
    "a name goes before a prefix": async (api) => {
      const { metadata } = done(await api.create(configMaps, { metadata: { name: "b", generateName: "a-" } }));
      equal(metadata.name, "b");
    },
    "a prefix that cannot begin a name is refused": async (api) => {
      equal((await api.create(configMaps, { metadata: { generateName: "A_" } })).status, 422);
    },
    "a long prefix is cut so that the name is short enough": async (api) => {
      const { metadata } = done(await api.create(configMaps, { metadata: { generateName: "a".repeat(70) } }));
      equal(metadata.name.length, 63);
    },
  },
};
