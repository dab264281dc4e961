import { readFlags } from "../flags.ts";
import { readName } from "../images.ts";

/** What podinfo is told by its flags, or else by variables such as PODINFO_UI_COLOR. */
export interface PodinfoSettings {
  readonly version: string;
  readonly hostname: string;
  readonly port: number;
  /** Another port for /metrics; 0 for none. */
  readonly metricsPort: number;
  /** Whether requests are logged, and the end is not put off. */
  readonly debug: boolean;
  readonly message: string;
  readonly color: string;
  readonly logo: string;
  /** URLs that /echo asks instead of answering itself. */
  readonly backends: readonly string[];
  /** A third of the requests fail. */
  readonly randomError: boolean;
  /** How long requests wait, in milliseconds: any multiple of the unit from `min` on and below `max`. */
  readonly randomDelay: { readonly min: number; readonly max: number; readonly unit: number } | undefined;
  readonly healthy: boolean;
  readonly ready: boolean;
}

/** The flags of podinfo 6; those that name nothing here are accepted and have no effect. */
const defaults = {
  host: "",
  port: 9898,
  "secure-port": 0,
  "port-metrics": 0,
  "grpc-port": 0,
  "grpc-service-name": "podinfo",
  level: "info",
  "backend-url": [] as readonly string[],
  "http-client-timeout": "2m",
  "http-server-timeout": "30s",
  "server-shutdown-timeout": "5s",
  "data-path": "/data",
  "config-path": "",
  "cert-path": "/data/cert",
  config: "config.yaml",
  "ui-path": "./ui",
  "ui-logo": "",
  "ui-color": "#34577c",
  "ui-message": "",
  h2c: false,
  "random-delay": false,
  "random-delay-unit": "s",
  "random-delay-min": 0,
  "random-delay-max": 5,
  "random-error": false,
  unhealthy: false,
  unready: false,
  "stress-cpu": 0,
  "stress-memory": 0,
  "cache-server": "",
  "otel-service-name": "",
};

/** @throws InvalidFlag */
export function readSettings(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): PodinfoSettings {
  const variables = Object.keys(defaults).flatMap((flag) => {
    const value = environment[`PODINFO_${flag.replaceAll("-", "_").toUpperCase()}`];
    return value === undefined || value === "" ? [] : [`--${flag}=${value}`];
  });
  const { flags } = readFlags([...variables, ...args], defaults);
  const { tag } = readName(environment["HEADGATE_IMAGE"] ?? "podinfo");
  const [min, max] = [flags["random-delay-min"], flags["random-delay-max"]];
  return {
    version: tag,
    hostname: environment["HOSTNAME"] ?? "localhost",
    port: flags.port,
    metricsPort: flags["port-metrics"],
    debug: flags.level === "debug",
    message: flags["ui-message"] === "" ? `greetings from podinfo v${tag}` : flags["ui-message"],
    color: flags["ui-color"],
    logo: flags["ui-logo"],
    backends: flags["backend-url"],
    randomError: flags["random-error"],
    randomDelay: flags["random-delay"] ? { min, max, unit: flags["random-delay-unit"] === "ms" ? 1 : 1000 } : undefined,
    healthy: !flags.unhealthy,
    ready: !flags.unready,
  };
}
