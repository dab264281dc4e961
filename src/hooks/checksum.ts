import type { CanaryStatus } from "../api/canary.ts";

/**
 * The `checksum` of a webhook's payload, by which a gate tells revisions apart. Flagger's: FNV-1a, 32 bits, of its
 * status as Go's spew prints it, the decimal digits of which are written in letters that spell no words.
 */
export function hookChecksum({ trackedConfigs, lastAppliedSpec = "" }: CanaryStatus): string {
  const type = "struct { TrackedConfigs *map[string]string; LastAppliedSpec string }";
  const configs = `(*map[string]string)${printMap(trackedConfigs)}`;
  const printed = `(${type}){TrackedConfigs:${configs} LastAppliedSpec:(string)${lastAppliedSpec}}`;
  return fnv1a(printed)
    .toString()
    .replace(/\d/g, (digit) => safeLetters.charAt(Number(digit)));
}

/** From k8s.io/apimachinery/pkg/util/rand: the characters that stand for the digits 0 to 9. */
const safeLetters = "456789bcdf";

function printMap(map: Readonly<Record<string, string>> | undefined): string {
  if (map === undefined) return "<nil>";
  const entries = Object.keys(map).sort();
  return `map[${entries.map((key) => `${key}:${map[key] ?? ""}`).join(" ")}]`;
}

/** FNV-1a with 32 bits of the text in UTF-8 (RFC 9923). */
function fnv1a(text: string): number {
  return Buffer.from(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}
