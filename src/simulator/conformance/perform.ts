import { within } from "../../kubernetes/deadline.ts";
import { done } from "./answers.ts";
import { createApi } from "./api.ts";
import type { Server } from "./api.ts";
import type { Behaviour } from "./behaviour.ts";
import { namespaces } from "./resources.ts";

/** A behaviour that takes longer on the server's clock has failed. */
const longestMs = 120_000;

/** Begins the name of each namespace that `perform` makes. */
export const namespacePrefix = "conformance-";

/**
 * Runs the behaviour in a namespace of its own, which is deleted afterwards. Its end is not waited for.
 * @throws whatever the behaviour does not find as it should be
 */
export async function perform(behaviour: Behaviour, server: Server): Promise<void> {
  const closing = new AbortController();
  const cleanUps: (() => Promise<unknown>)[] = [];
  const afterwards = (work: () => Promise<unknown>): void => {
    cleanUps.push(work);
  };
  const outside = createApi(server, "", closing.signal, afterwards);
  const namespace = done(await outside.create(namespaces, { metadata: { generateName: namespacePrefix } }));
  const { name } = namespace.metadata;
  try {
    const api = createApi(server, name, closing.signal, afterwards);
    await within(server.clock, longestMs, `not over after ${longestMs / 1000} s`, () => behaviour(api));
  } finally {
    for (const work of cleanUps.reverse()) await work();
    await outside.delete(namespaces, name);
    closing.abort();
  }
}
