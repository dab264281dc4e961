import { createHash } from "node:crypto";

/** Where unique identifiers and the ends of generated names come from. The same seed gives the same ones, in order. */
export interface IdentitySource {
  /** Looks like a random UUID. */
  uid(): string;
  /** Five characters, as the API server puts behind `generateName`. */
  suffix(): string;
}

/** Without vowels and what looks like them, so that no words come out. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

export function createIdentitySource(seed: string): IdentitySource {
  let count = 0;
  const next = (): Buffer => createHash("sha256").update(`${seed}/${count++}`).digest();
  return {
    uid: () => {
      const hex = next().toString("hex");
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `a${hex.slice(17, 20)}`,
        hex.slice(20, 32),
      ].join("-");
    },
    suffix: () => [...next().subarray(0, 5)].map((byte) => alphabet.charAt(byte % alphabet.length)).join(""),
  };
}
