import type { Http, HttpRequest } from "../http.ts";
import { TaskFailed } from "./errors.ts";

/**
 * The JSON object that a server answers.
 * @throws TaskFailed when it answers anything else, or not with success
 * @throws Unreachable when it does not answer
 */
export async function askJson(http: Http, request: HttpRequest): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await http(request);
  const answer = parse(body);
  if (status >= 200 && status < 300 && isRecord(answer)) return answer;
  throw new TaskFailed(`${request.method} ${request.url} answered ${status}: ${body.slice(0, 1000)}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
