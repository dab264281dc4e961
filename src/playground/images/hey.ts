import { readFileSync } from "node:fs";
import { systemClock } from "../../clock.ts";
import { InvalidFlag } from "./flags.ts";
import { runLoad } from "./hey/load.ts";
import { readHeyOptions } from "./hey/options.ts";
import type { HeyOptions } from "./hey/options.ts";
import { reportOf } from "./hey/report.ts";
import { createSender } from "./hey/send.ts";

// A load generator with the flags and the summary of hey. It is bounded by -n or -z, and by an hour. Unlike hey it goes
// through the proxy of the environment, where the names of Services are known. It runs as a process of its own.

function optionsOf(): HeyOptions {
  try {
    return readHeyOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof InvalidFlag)) throw error;
    const usage = "Usage: hey [-n N | -z DURATION] [-c WORKERS] [-q RATE] [-m METHOD] [-H HEADER]... [-d BODY] URL";
    process.stderr.write(`${error.message}\n\n${usage}\n`);
    return process.exit(1);
  }
}

const { bodyFile, proxy, ...options } = optionsOf();
const body = bodyFile === "" ? Buffer.from(options.body) : readFileSync(bodyFile);
const proxyEnv = proxy === "" ? process.env : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
const stop = new AbortController();
process.once("SIGINT", () => {
  stop.abort();
});
const began = performance.now();
const samples = await runLoad(options, systemClock, createSender({ ...options, body, proxyEnv }), stop.signal);
process.stdout.write(reportOf(samples, (performance.now() - began) / 1000), () => process.exit(0));
