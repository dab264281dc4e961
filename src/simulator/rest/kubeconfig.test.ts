import { expect, test } from "vitest";
import { kubeconfigFor } from "./kubeconfig.ts";

test("names the server and the namespace", () => {
  expect(kubeconfigFor("http://127.0.0.1:1234", "sim", "test")).toBe(`apiVersion: v1
kind: Config
clusters:
  - name: sim
    cluster:
      server: http://127.0.0.1:1234
users:
  - name: sim
    user: {}
contexts:
  - name: sim
    context:
      cluster: sim
      user: sim
      namespace: test
current-context: sim
`);
});
