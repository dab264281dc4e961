import { expect, test } from "vitest";
import { createBalancer } from "./balancer.ts";

const addresses = [1, 2, 3].map((port) => ({ host: "127.0.0.1", port }));

test("takes turns among those that are equally busy, and spares those that are busier", () => {
  const balancer = createBalancer();
  const pick = () => balancer.pick("podinfo", addresses);
  const first = [pick(), pick(), pick(), pick()];
  expect(first.map((picked) => picked?.address.port)).toEqual([1, 2, 3, 1]);
  first[1]?.done();
  expect(pick()?.address.port).toBe(2);
  for (const picked of [first[0], first[3]]) picked?.done();
  expect([pick(), pick()].map((picked) => picked?.address.port)).toEqual([1, 2]);
});

test("has nothing to choose from nothing", () => {
  expect(createBalancer().pick("podinfo", [])).toBeUndefined();
});
