import type { Canary } from "../../../api/canary.ts";
import { InvalidSpec } from "../../../api/errors.ts";
import { given } from "../../../api/given.ts";
import { sourceName } from "../../../api/names.ts";

/** @throws InvalidSpec when the Canary does not name its mesh */
export function meshNameOf(canary: Canary): string {
  const name = given(canary.spec.service?.meshName);
  if (name !== undefined) return name;
  throw new InvalidSpec(`canary ${sourceName(canary)} must have spec.service.meshName: name its App Mesh mesh`);
}
