import type { HttpProxy } from "./http-proxy.ts";

/**
 * Why Contour does not act on an HTTPProxy as it stands, or undefined when it does.
 *
 * An orphan is no obstacle. It has no host name and no other HTTPProxy includes it, so that nobody is routed by it; Contour
 * takes it as it stands once it is included. That is how all of them begin: users make the HTTPProxy that includes it
 * when the Canary has been initialized.
 * Source: projectcontour.io/docs/main/config/fundamentals, HTTPProxy status.
 */
export function notTaken({ metadata, status = {} }: HttpProxy): string | undefined {
  const { currentStatus = "", description = "", conditions = [] } = status;
  const { generation = 0 } = metadata;
  const valid = conditions.find(({ type }) => type === "Valid");
  if ((valid?.observedGeneration ?? generation) < generation) return "Contour has not yet taken its last change";
  switch (currentStatus) {
    case "valid":
    case "orphaned":
      return undefined;
    case "":
    case "NotReconciled":
      return "no Contour has looked at it: the flag -ingress-class must name Contour's ingress class";
    default: {
      const errors = (valid?.errors ?? []).map(({ message = "" }) => message).filter((message) => message !== "");
      const why = errors.length > 0 ? errors.join("; ") : description;
      return `Contour calls it ${currentStatus}${why === "" ? "" : `, ${why}`}`;
    }
  }
}
