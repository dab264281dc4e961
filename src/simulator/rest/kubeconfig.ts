import { stringify } from "yaml";

/** A kubeconfig file for the server at a URL, with one context of the name in which `namespace` is the default. */
export function kubeconfigFor(url: string, name: string, namespace = "default"): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: url } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    "current-context": name,
  });
}
