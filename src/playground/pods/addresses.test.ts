import { expect, test } from "vitest";
import { addressesOf, claimAddresses, freePorts } from "./addresses.ts";

test("every pod has an address of its own, and a free one is used again late", () => {
  const addresses = addressesOf(16, undefined);
  const first = [addresses.allocate(), addresses.allocate()];
  expect(first).toEqual(["127.16.1.2", "127.16.1.3"]);
  addresses.release("127.16.1.2");
  const all = Array.from({ length: 254 * 254 - 2 }, () => addresses.allocate());
  expect(new Set([...all, ...first]).size).toBe(254 * 254);
  expect(all.at(-1)).toBe("127.16.1.1");
  addresses.release("127.16.1.2");
  expect(addresses.allocate()).toBe("127.16.1.2");
});

test("two playgrounds have different networks", async () => {
  await using one = await claimAddresses();
  await using other = await claimAddresses();
  const networkOf = (address: string): string | undefined => address.split(".")[1];
  // where there is only 127.0.0.1, the addresses are names, which may be the same
  expect(networkOf(one.allocate()) !== networkOf(other.allocate())).toBe(one.real);
});

test("free ports differ", async () => {
  const ports = await freePorts([9898, 9797, 9898]);
  expect([...ports.keys()]).toEqual([9898, 9797]);
  expect(new Set(ports.values()).size).toBe(2);
});
