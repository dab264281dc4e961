import { expect, test } from "vitest";
import { retriesOf } from "./retries.ts";

const answer = (status: number) => ({ status, cause: "answer" }) as const;
const refused = { status: 503, cause: "connect" } as const;
const reset = { status: 503, cause: "reset" } as const;
const timeout = { status: 504, cause: "timeout" } as const;

test.each([
  ["", [refused, answer(503)], [reset, timeout, answer(500)]],
  ["5xx", [refused, reset, timeout, answer(500)], [answer(404)]],
  ["gateway-error", [refused, answer(502), answer(504)], [answer(500)]],
  ["connect-failure, reset", [refused, reset, timeout], [answer(503)]],
  ["retriable-4xx,418", [answer(409), answer(418)], [answer(404), refused]],
  ["unavailable", [], [refused, answer(503)]],
])("%s", (retryOn, yes, no) => {
  const { on } = retriesOf(3, retryOn);
  expect([yes.map(on), no.map(on)]).toEqual([yes.map(() => true), no.map(() => false)]);
});

test("tries twice more where the route does not say", () => {
  expect([retriesOf().attempts, retriesOf(0).attempts]).toEqual([2, 0]);
});
