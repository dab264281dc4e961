import { expect, test } from "vitest";
import { createImages, readName } from "./images.ts";

test.each([
  ["ghcr.io/stefanprodan/podinfo:6.0.1", "ghcr.io/stefanprodan/podinfo", "6.0.1"],
  ["ghcr.io/stefanprodan/podinfo:6.0.1@sha256:abc", "ghcr.io/stefanprodan/podinfo", "6.0.1"],
  ["docker.io/library/nginx", "nginx", "latest"],
  ["localhost:5000/my/app", "localhost:5000/my/app", "latest"],
  ["localhost:5000/my/app:1.0-rc.1", "localhost:5000/my/app", "1.0-rc.1"],
])("%s", (name, repository, tag) => {
  expect(readName(name)).toEqual({ repository, tag });
});

const images = createImages([
  "my/app=node server.js --x",
  "docker.io/my/app:2=go run .",
  "ghcr.io/stefanprodan/podinfo:9=./p",
]);
const own = (command: string, name: string): object => ({
  entrypoint: ["sh", "-c", `exec ${command} "$@"`, name],
  args: [],
  builtin: false,
});

test.each<[string, object | undefined]>([
  ["ghcr.io/stefanprodan/podinfo:6.0.1", { entrypoint: ["podinfo"], args: [], builtin: true }],
  ["ghcr.io/headgate/loadtester", { entrypoint: ["headgate"], args: ["loadtester"], builtin: true }],
  ["ghcr.io/headgate/headgate:0.1.0", { entrypoint: ["headgate"], args: ["operator"], builtin: true }],
  ["ghcr.io/fluxcd/flagger-loadtester:0.36.0", { entrypoint: ["headgate", "loadtester"], args: [], builtin: true }],
  ["my/app", own("node server.js --x", "my/app")],
  ["docker.io/my/app:1", own("node server.js --x", "my/app")],
  ["my/app:2", own("go run .", "my/app")],
  ["ghcr.io/stefanprodan/podinfo:9", own("./p", "ghcr.io/stefanprodan/podinfo")],
  ["my/other", undefined],
])("%s", (name, image) => {
  expect(images(name)).toEqual(image);
});

test.each(["my/app", "my/app=", "=command"])("refuses %s", (given) => {
  expect(() => createImages([given])).toThrow(`image "${given}": write repository=command`);
});
