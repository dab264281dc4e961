import { InvalidSpec } from "../api/errors.ts";
import type { AlertService } from "./alert.ts";
import { discord } from "./discord.ts";
import { gchat } from "./gchat.ts";
import { msteams } from "./msteams.ts";
import { rocket } from "./rocket.ts";
import { slack } from "./slack.ts";

/** All chat services that alerts can be sent to. */
const alertServices: readonly AlertService[] = [slack, msteams, discord, rocket, gchat];

/**
 * The service of an AlertProvider's `spec.type`.
 * @throws InvalidSpec when there is no such service
 */
export function alertService(type: string): AlertService {
  const service = alertServices.find((candidate) => candidate.type === type);
  if (service !== undefined) return service;
  const known = alertServices.map((candidate) => candidate.type).join(", ");
  throw new InvalidSpec(`unknown alert provider type "${type}": use one of ${known}`);
}
