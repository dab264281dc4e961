import { expect, test } from "vitest";
import { readHeyOptions } from "./options.ts";
import type { HeyOptions } from "./options.ts";

const url = "http://podinfo-canary.test:9898/";
const usual: HeyOptions = {
  url: new URL(url),
  method: "GET",
  headers: { "content-type": "text/html", "user-agent": "hey/0.0.1" },
  body: "",
  bodyFile: "",
  perWorker: 4,
  workers: 50,
  durationMs: 3_600_000,
  rate: 0,
  timeoutMs: 20_000,
  keepAlive: true,
  proxy: "",
};

test.each<[string, Partial<HeyOptions>]>([
  ["", {}],
  ["-z 1m -q 10 -c 2", { durationMs: 60_000, rate: 10, workers: 2, perWorker: Infinity }],
  ["-z 100h", { perWorker: Infinity }],
  ["-n 11 -c 2 -q 0.5", { perWorker: 5, workers: 2, rate: 0.5 }],
  [
    "-m post -d hello -T text/plain",
    { method: "POST", body: "hello", headers: { ...usual.headers, "content-type": "text/plain" } },
  ],
  [
    "-D file -t 3 -disable-keepalive -x http://proxy:1",
    { bodyFile: "file", timeoutMs: 3000, keepAlive: false, proxy: "http://proxy:1" },
  ],
  ["-t 0", { timeoutMs: 3_600_000 }],
  [
    "-H X-User:1 -H User-Agent:me -H Content-Type:a/b -A c/d -a u:p -host podinfo",
    {
      headers: {
        "content-type": "a/b",
        "x-user": "1",
        accept: "c/d",
        authorization: "Basic dTpw",
        host: "podinfo",
        "user-agent": "me hey/0.0.1",
      },
    },
  ],
  [
    "-U you -disable-compression -disable-redirects -cpus 2",
    { headers: { ...usual.headers, "user-agent": "you hey/0.0.1" } },
  ],
])("hey %s", (args, options) => {
  const words = args.split(" ").filter((word) => word !== "");
  expect(readHeyOptions([...words, url])).toEqual({ ...usual, ...options });
});

test.each([
  ["", "hey needs a URL"],
  ["podinfo:80", "hey cannot call podinfo:"],
  ["-h2 http://a", "-h2 is not supported here"],
  ["-o csv http://a", "-o is not supported here"],
  ["-c 0 http://a", "-n and -c cannot be smaller than 1."],
  ["-n 0 http://a", "-n and -c cannot be smaller than 1."],
  ["-n 10 http://a", "-n cannot be less than -c."],
  ["-c 2000 -z 1s http://a", "-c cannot be more than 1000 here."],
  ["-z soon http://a", 'invalid value "soon" for flag -z'],
  ["-H nothing http://a", "could not parse the provided input; input = nothing"],
])("refuses %s", (args, message) => {
  expect(() => readHeyOptions(args.split(" "))).toThrow(message);
});
