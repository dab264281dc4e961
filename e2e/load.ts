/**
 * `node e2e/load.ts OPTIONS`: sends requests as JSON options say (see LoadOptions) until SIGTERM or until all are sent, then
 * writes the report as JSON.
 */
import { startLoad } from "./support/load.ts";
import type { LoadOptions } from "./support/load.ts";

const load = startLoad(JSON.parse(process.argv[2] ?? "{}") as LoadOptions);
const stopped = new Promise<void>((resolve) => {
  process.once("SIGTERM", resolve);
});
const report = await Promise.race([load.finish(), stopped.then(() => load.stop())]);
process.stdout.write(JSON.stringify(report));
process.exit();
