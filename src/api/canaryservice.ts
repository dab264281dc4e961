import Type from "typebox";
import {
  anyText,
  choice,
  count,
  exactlyOneOf,
  flag,
  integer,
  intOrString,
  listOf,
  mapOf,
  object,
  text,
} from "./schema.ts";
import { givenMatch, stringMatch } from "./stringmatch.ts";

const optional = Type.Optional;

const dnsLabel = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const dnsName = `${dnsLabel}(\\.${dnsLabel})*`;

/** Fields that name an object as the Gateway API does; the defaults differ by use. */
const group = (fallback: string) =>
  text("API group of the object.", { default: fallback, maxLength: 253, pattern: `^$|^${dnsName}$` });
const kind = (fallback: string) =>
  text("Kind of the object.", {
    default: fallback,
    minLength: 1,
    maxLength: 63,
    pattern: "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$",
  });
const name = text("Name of the object.", { minLength: 1, maxLength: 253 });
const namespace = text("Namespace of the object; the Canary's own when unset.", {
  minLength: 1,
  maxLength: 63,
  pattern: `^${dnsLabel}$`,
});
const port = (description: string) => integer(description, { minimum: 1, maximum: 65535 });

const gatewayRef = object("A Gateway, or a Service in a mesh, that the HTTPRoute attaches to.", {
  group: optional(group("gateway.networking.k8s.io")),
  kind: optional(kind("Gateway")),
  name,
  namespace: optional(namespace),
  sectionName: optional(
    text("Listener of the Gateway to attach to.", { minLength: 1, maxLength: 253, pattern: `^${dnsName}$` }),
  ),
  port: optional(port("Port of the Gateway or Service to attach to.")),
});

const mirror = object("One copy of the requests.", {
  backendRef: object(
    "Where the copy goes.",
    {
      group: optional(group("")),
      kind: optional(kind("Service")),
      name,
      namespace: optional(namespace),
      port: optional(port("Port of the Service; required for a Service.")),
    },
    {
      "x-kubernetes-validations": [
        {
          rule: "self.group != '' || self.kind != 'Service' || has(self.port)",
          message: "port is required when the mirror is a Service",
        },
      ],
    },
  ),
});

const httpMatch = object("All of these conditions together.", {
  name: optional(text("A name for the condition.")),
  uri: optional(stringMatch("Path of the request.")),
  scheme: optional(stringMatch("Scheme of the request, e.g. https.")),
  method: optional(stringMatch("Method of the request, e.g. GET.")),
  authority: optional(stringMatch("Host and port of the request.")),
  headers: optional(mapOf("Conditions by header name.", stringMatch("Value of the header."))),
  port: optional(integer("Port that the request came in on.")),
  sourceLabels: optional(mapOf("Labels of the pod that sends the request.", anyText)),
  gateways: optional(listOf("Istio gateways that the condition holds for.", anyText)),
  queryParams: optional(mapOf("Conditions by query parameter.", stringMatch("Value of the query parameter."))),
  ignoreUriCase: optional(flag("Compare the path without regard to case.")),
  withoutHeaders: optional(
    mapOf("Conditions by header name that must not hold.", stringMatch("Value of the header that must not come.")),
  ),
  sourceNamespace: optional(text("Namespace of the pod that sends the request.")),
});

const headerOperations = (description: string) =>
  object(description, {
    add: optional(mapOf("Headers to append to.", anyText)),
    set: optional(mapOf("Headers to overwrite.", anyText)),
    remove: optional(listOf("Headers to take away.", anyText)),
  });

const corsPolicy = object("Cross-origin requests that browsers may make (Istio, Gateway API).", {
  allowOrigin: optional(listOf("Origins that may call, written out.", anyText)),
  allowOrigins: optional(listOf("Origins that may call, as conditions (Istio only).", givenMatch("One origin."))),
  allowMethods: optional(listOf("HTTP methods that may be used.", anyText)),
  allowHeaders: optional(listOf("Headers that may be sent.", anyText)),
  exposeHeaders: optional(listOf("Headers that the page may read.", anyText)),
  maxAge: optional(text("How long browsers may remember the answer, e.g. 24h.")),
  allowCredentials: optional(flag("Let browsers send cookies and credentials.")),
});

const consistentHash = object("Send the same caller to the same pod.", {
  httpHeaderName: optional(text("Tell callers apart by this header.")),
  httpCookie: optional(
    object("Tell callers apart by a cookie.", {
      name: optional(text("Name of the cookie.")),
      path: optional(text("Path of the cookie.")),
      ttl: optional(text("Lifetime of the cookie, e.g. 60s.")),
    }),
  ),
  useSourceIp: optional(flag("Tell callers apart by IP address.")),
  httpQueryParameterName: optional(text("Tell callers apart by this query parameter.")),
  minimumRingSize: optional(integer("Least number of virtual nodes in the hash ring.")),
});

const localityLbSetting = object("Prefer pods by locality.", {
  enabled: optional(flag("Turn locality load balancing on or off for this host.")),
  distribute: optional(
    listOf(
      "Share of requests per locality; excludes failover.",
      object("One origin.", {
        from: optional(text("Locality that requests come from, e.g. us-west/zone1/*.")),
        to: optional(mapOf("Percent of requests, by locality.", Type.Integer())),
      }),
    ),
  ),
  failover: optional(
    listOf(
      "Where requests go when a locality fails; excludes distribute.",
      object("One origin.", {
        from: optional(text("Region that requests come from.")),
        to: optional(text("Region that takes over.")),
      }),
    ),
  ),
});

const trafficPolicy = object("Traffic policy of the Istio DestinationRules.", {
  connectionPool: optional(
    object("Limits on connections.", {
      http: optional(
        object("Limits on HTTP connections.", {
          h2UpgradePolicy: optional(
            choice("Whether HTTP/1.1 connections become HTTP/2.", ["DEFAULT", "DO_NOT_UPGRADE", "UPGRADE"]),
          ),
          http1MaxPendingRequests: optional(integer("Requests that may wait for a connection.")),
          http2MaxRequests: optional(integer("Requests that may be under way at once.")),
          idleTimeout: optional(text("When an unused connection is closed, e.g. 1h.")),
          maxRequestsPerConnection: optional(integer("Requests after which a connection is closed.")),
          maxRetries: optional(integer("Retries that may be under way at once.")),
        }),
      ),
    }),
  ),
  loadBalancer: optional(
    object(
      "How requests are spread over pods: simple or consistentHash.",
      {
        simple: optional(choice("Algorithm.", ["ROUND_ROBIN", "LEAST_CONN", "RANDOM", "PASSTHROUGH", "LEAST_REQUEST"])),
        consistentHash: optional(consistentHash),
        localityLbSetting: optional(localityLbSetting),
        warmupDurationSecs: optional(text("How long a new pod gets fewer requests, e.g. 30s.")),
      },
      {
        oneOf: [
          { required: ["simple"] },
          {
            required: ["consistentHash"],
            properties: {
              consistentHash: exactlyOneOf("httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"),
            },
          },
        ],
      },
    ),
  ),
  outlierDetection: optional(
    object("When a failing pod is taken out of rotation.", {
      baseEjectionTime: optional(text("Shortest time out of rotation, e.g. 30s.")),
      consecutive5xxErrors: optional(integer("5xx answers in a row that take a pod out.")),
      consecutiveErrors: optional(integer("Errors in a row that take a pod out (old name).")),
      consecutiveGatewayErrors: optional(integer("502, 503 and 504 answers in a row that take a pod out.")),
      consecutiveLocalOriginFailures: optional(
        integer("Failed connections in a row that take a pod out, with splitExternalLocalOriginErrors."),
      ),
      interval: optional(text("How often pods are looked at, e.g. 10s.")),
      maxEjectionPercent: optional(integer("Largest share of pods out at once, in percent.")),
      minHealthPercent: optional(integer("Share of healthy pods below which none is taken out, in percent.")),
      splitExternalLocalOriginErrors: optional(flag("Count failed connections apart from error answers.")),
    }),
  ),
  tls: optional(
    object("TLS towards the pods.", {
      mode: optional(choice("Whether and how TLS is used.", ["DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"])),
      clientCertificate: optional(text("File with the client certificate; required for MUTUAL.")),
      privateKey: optional(text("File with the client's key; required for MUTUAL.")),
      caCertificates: optional(text("File with the authorities that are trusted.")),
      sni: optional(text("Server name to ask for.")),
      subjectAltNames: optional(listOf("Names that the server's certificate may have.", anyText)),
    }),
  ),
});

const extraMetadata = (description: string) =>
  object(description, {
    labels: optional(mapOf("Labels to add.", anyText)),
    annotations: optional(mapOf("Annotations to add.", anyText)),
  });

/** `spec.service`: the Services that are made for the workload, and how requests reach them. */
export const canaryService = object("The Services made for the workload, and how requests reach them.", {
  name: optional(
    text("Name of the apex Service, and with -primary and -canary of the other two; default: the target's name."),
  ),
  port: count("Port of the Services."),
  portName: optional(text("Name of the port; default http.")),
  targetPort: optional(intOrString("Number or name of the container port; default: the same as port.")),
  appProtocol: optional(text("Application protocol of the port; tcp gives TCP routes on Istio.")),
  trafficDistribution: optional(
    choice("Which endpoints the Services prefer.", ["PreferClose", "PreferSameZone", "PreferSameNode"]),
  ),
  portDiscovery: optional(flag("Also expose all other container ports of the target.")),
  headless: optional(flag("Make the Services without cluster IP.")),
  timeout: optional(text("Timeout of a request with all its retries, e.g. 15s.")),
  backendTimeout: optional(text("Timeout of one request to a pod, e.g. 5s (Gateway API).")),
  gateways: optional(listOf("Istio gateways of the VirtualService; default mesh.", anyText)),
  gatewayRefs: optional(listOf("Parents of the HTTPRoute (Gateway API).", gatewayRef, { maxItems: 32 })),
  hosts: optional(listOf("Host names of the route.", anyText)),
  delegation: optional(flag("Make a VirtualService that another one delegates to (Istio).")),
  trafficPolicy: optional(trafficPolicy),
  match: optional(listOf("Requests that the route takes: any of these.", httpMatch)),
  rewrite: optional(
    object("Rewrite of requests before they reach a pod.", {
      uri: optional(text("New path, or new beginning of it.")),
      authority: optional(text("New host.")),
      type: optional(
        text("ReplacePrefixMatch rewrites the matched prefix, anything else the whole path (Gateway API)."),
      ),
    }),
  ),
  retries: optional(
    object("Retries of failed requests.", {
      attempts: optional(integer("Most retries per request.")),
      perTryTimeout: optional(text("Timeout of each attempt, e.g. 5s.")),
      retryOn: optional(text("What counts as failed, e.g. gateway-error,connect-failure.")),
    }),
  ),
  headers: optional(
    object("Changes to headers (Istio, Gateway API).", {
      request: optional(headerOperations("Changes to headers of requests.")),
      response: optional(headerOperations("Changes to headers of answers.")),
    }),
  ),
  mirror: optional(listOf("Where copies of all requests go (Gateway API).", mirror)),
  corsPolicy: optional(corsPolicy),
  meshName: optional(text("Name of the mesh (App Mesh).")),
  backends: optional(listOf("Virtual services that the workload calls (App Mesh).", anyText)),
  apex: optional(extraMetadata("Metadata of the apex Service and of the mesh object.")),
  primary: optional(extraMetadata("Metadata of the primary Service.")),
  canary: optional(extraMetadata("Metadata of the canary Service.")),
  unmanagedMetadata: optional(
    object("Metadata of the Services that others write and that is left alone.", {
      labels: optional(listOf("Keys of labels.", anyText)),
      annotations: optional(listOf("Keys of annotations.", anyText)),
    }),
  ),
});
