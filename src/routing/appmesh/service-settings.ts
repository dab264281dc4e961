import type { Canary, CanaryService } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { given } from "../../api/given.ts";
import { sourceName } from "../../api/names.ts";

export type Protocol = "http" | "grpc";

/** @throws InvalidSpec when the Canary has no `service` */
export function serviceOf(canary: Canary): CanaryService {
  const { service } = canary.spec;
  if (service === undefined) throw new InvalidSpec(`canary ${sourceName(canary)} must have spec.service.port`);
  return service;
}

/** What the name of the port says. */
export function protocolOf({ portName = "" }: CanaryService): Protocol {
  return portName.includes("grpc") ? "grpc" : "http";
}

/** How the path of a request must begin; `/` is any. */
export function pathPrefixOf({ match }: CanaryService): string {
  return given(match?.[0]?.uri?.prefix) ?? "/";
}
