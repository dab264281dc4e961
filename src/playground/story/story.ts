import { blueGreen } from "./blue-green.ts";
import type { Stage } from "./stage.ts";
import { weights } from "./weights.ts";

/**
 * The story of `make demo`: a good version and a bad one released blue/green, then one with weights.
 * @throws AnotherStory when it goes otherwise
 */
export async function tellStory(stage: Stage): Promise<void> {
  await blueGreen(stage);
  await weights(stage);
}
