import { createHash } from "node:crypto";
import { canonicalJson } from "../../kubernetes/canonical.ts";

/** Letters and digits of generated names: no vowels and nothing that looks like one, so that no words come about. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";
const suffixLength = 5;
/** Coprime to the number of suffixes: all of them come before any comes again. */
const stride = 9_999_991;

/** Suffixes for names, 14 million before one comes again: counted, so that the same run gives the same names. */
export function createSuffixes(): () => string {
  let count = 0;
  return () => {
    let rest = ++count * stride;
    return Array.from({ length: suffixLength }, () => {
      const letter = alphabet[rest % alphabet.length];
      rest = Math.floor(rest / alphabet.length);
      return letter;
    }).join("");
  };
}

/** A short text that is the same for equal values, such as `6bd5c7f9c4`: the hash of a pod template. */
export function hashOf(value: unknown): string {
  const digest = createHash("sha256").update(canonicalJson(value)).digest();
  return Array.from(digest.subarray(0, 10), (byte) => alphabet[byte % alphabet.length]).join("");
}
