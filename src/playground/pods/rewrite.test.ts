import { expect, test } from "vitest";
import { rewriteVariable, rewriteWords } from "./rewrite.ts";

const rewriting = {
  mounts: new Map([
    ["/data", "/pods/1/app/data"],
    ["/data/cache", "/pods/1/app/data/cache"],
    ["/etc/app.yaml", "/pods/1/app/etc/app.yaml"],
    ["/", "/pods/1/app"],
  ]),
  ports: new Map([
    [9898, 40001],
    [80, 40002],
  ]),
};

test.each<[string, readonly string[], readonly string[]]>([
  [
    "flags with ports",
    ["--port=9898", "-http-port=80", "--metrics-bind-address=:9898"],
    ["--port=40001", "-http-port=40002", "--metrics-bind-address=:40001"],
  ],
  ["flags with ports of their own", ["--port", "9898", "-p", "80"], ["--port", "40001", "-p", "40002"]],
  [
    "addresses",
    ["0.0.0.0:80", ":9898", "--x=[::]:80", "--x=localhost:80"],
    ["0.0.0.0:40002", ":40001", "--x=[::]:40002", "--x=localhost:40002"],
  ],
  [
    "numbers that are no ports",
    ["--retries=80", "80", "--port=8080", "--url=http://podinfo:9898"],
    ["--retries=80", "80", "--port=8080", "--url=http://podinfo:9898"],
  ],
  [
    "paths",
    ["/data", "/data/x", "--file=/data/cache/y", "--config=/etc/app.yaml"],
    ["/pods/1/app/data", "/pods/1/app/data/x", "--file=/pods/1/app/data/cache/y", "--config=/pods/1/app/etc/app.yaml"],
  ],
  [
    "paths in a script",
    ["sh", "-c", "cat /data/a >/data/b && ls '/data'"],
    ["sh", "-c", "cat /pods/1/app/data/a >/pods/1/app/data/b && ls '/pods/1/app/data'"],
  ],
  ["other paths", ["/database", "/my/data", "http://host/data"], ["/database", "/my/data", "http://host/data"]],
])("%s", (_, words, rewritten) => {
  expect(rewriteWords(words, rewriting)).toEqual(rewritten);
  expect(rewriteWords(words, { mounts: new Map(), ports: new Map() })).toEqual(words);
});

test.each([
  ["PORT", "9898", "40001"],
  ["LISTEN", "0.0.0.0:80", "0.0.0.0:40002"],
  ["RETRIES", "80", "80"],
  ["CONFIG", "/data/config.yaml", "/pods/1/app/data/config.yaml"],
  ["SEARCH", "/usr/bin:/data:/data/cache", "/usr/bin:/pods/1/app/data:/pods/1/app/data/cache"],
])("%s=%s", (name, value, rewritten) => {
  expect(rewriteVariable(name, value, rewriting)).toBe(rewritten);
});
