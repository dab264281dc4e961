import type { Clock } from "../clock.ts";
import { sleep } from "../clock.ts";
import { Unreachable, withoutCredentials } from "../http.ts";
import type { Http } from "../http.ts";
import { isRecord } from "../kubernetes/canonical.ts";
import { within } from "../kubernetes/deadline.ts";
import type { Transport } from "../kubernetes/transport.ts";
import type { Log } from "../log.ts";
import { createMetricsServer } from "../metrics/prometheus.ts";

/** The operator cannot work in this cluster: the message says what is missing, and the command that mends it. */
export class NotInstalled extends Error {
  override readonly name = "NotInstalled";
}

export interface StartupOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
}

const definitions = ["canaries", "metrictemplates", "alertproviders"];
const answerMs = 10_000;
/** Pauses before trying again, in milliseconds: a pod's network may come up later than the pod. */
const pausesMs = [1000, 2000, 4000, 8000, 15_000];

/**
 * Waits until the API server answers, half a minute at most, and looks whether it knows our definitions.
 * @throws Unreachable when it does not answer
 * @throws NotInstalled when definitions are missing
 */
export async function checkCluster(options: StartupOptions, signal: AbortSignal): Promise<void> {
  const { log } = options;
  const { gitVersion } = (await ask(options, "/version", signal)) ?? {};
  log.info(`API server ${typeof gitVersion === "string" ? gitVersion : "of unknown version"}`);

  const group = await ask(options, "/apis/flagger.app/v1beta1", signal);
  if (group === undefined) return;
  const resources: readonly unknown[] = Array.isArray(group["resources"]) ? group["resources"] : [];
  const served = new Set(resources.map((resource) => (isRecord(resource) ? resource["name"] : undefined)));
  const missing = definitions.filter((name) => !served.has(name));
  if (missing.length > 0) {
    throw new NotInstalled(
      `CustomResourceDefinitions not installed: ${missing.map((name) => `${name}.flagger.app`).join(", ")}. ` +
        "Install them with: kubectl apply --server-side -f charts/headgate/crds/crd.yaml " +
        "or: helm show crds headgate/headgate | kubectl apply --server-side -f -",
    );
  }
}

/** The answer; empty when the API server knows no such path, undefined when it does not say. */
async function ask(
  { transport, clock, log }: StartupOptions,
  path: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  for (let tries = 0; ; tries++) {
    const pause = pausesMs[tries];
    try {
      const { status, body } = await within(clock, answerMs, `API server: no answer to GET ${path}`, async (late) => {
        const answer = await transport({ method: "GET", path, signal: AbortSignal.any([signal, late]) });
        return { status: answer.status, body: await readText(answer.body) };
      });
      if (status === 404) return {};
      if (status < 300) return parse(body);
      if (status < 500 && status !== 429) {
        log.warn(`API server: status ${status} to GET ${path}: ${body.slice(0, 200)}`);
        return undefined;
      }
      throw new Unreachable(`API server: status ${status} to GET ${path}`);
    } catch (error) {
      if (signal.aborted || pause === undefined || !(error instanceof Unreachable)) throw error;
      log.warn(`${error.message}; trying again in ${pause / 1000} s`);
      await sleep(clock, pause, signal);
    }
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Asks the metrics server something trivial and logs how that went: checks can do without it until they query it. */
export async function probeMetricsServer(address: string, http: Http, log: Log): Promise<void> {
  const shown = withoutCredentials(address);
  try {
    await createMetricsServer(address, http).probe();
    log.info(`metrics server ${shown} answers`);
  } catch (error) {
    log.warn(`metrics server ${shown} cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}
