import { expect, test } from "vitest";
import { configKey, dns1035Label, dnsLabel, dnsSubdomain, labelValue, pathSegment, qualifiedName } from "./names.ts";
import type { NameRule } from "./names.ts";

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const service =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const value =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const name =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const key =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const long = "a".repeat(64);

const rows: readonly (readonly [string, NameRule, string, readonly string[]])[] = [
  ["label", dnsLabel, "my-name", []],
  ["label", dnsLabel, "a.b", [label]],
  ["label", dnsLabel, long, ["must be no more than 63 bytes"]],
  ["subdomain", dnsSubdomain, "a.b-c.9", []],
  ["subdomain", dnsSubdomain, "A", [subdomain]],
  ["subdomain", dnsSubdomain, "a..b", [subdomain]],
  ["subdomain", dnsSubdomain, "a".repeat(254), ["must be no more than 253 bytes"]],
  ["service", dns1035Label, "a1", []],
  ["service", dns1035Label, "1a", [service]],
  ["label value", labelValue, "", []],
  ["label value", labelValue, "A_b.c-1", []],
  ["label value", labelValue, "-a", [value]],
  ["label value", labelValue, long, ["must be no more than 63 bytes"]],
  ["label key", qualifiedName, "example.com/My_name", []],
  ["label key", qualifiedName, "a b", [name]],
  ["label key", qualifiedName, "", ["name part must be non-empty", name]],
  ["label key", qualifiedName, "/a", ["prefix part must be non-empty"]],
  ["label key", qualifiedName, "A/a", [`prefix part ${subdomain}`]],
  ["label key", qualifiedName, long, ["name part must be no more than 63 bytes"]],
  [
    "label key",
    qualifiedName,
    "a/b/c",
    [
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ],
  ],
  ["path segment", pathSegment, "system:node", []],
  ["path segment", pathSegment, "a/b%", ["may not contain '/'", "may not contain '%'"]],
  ["path segment", pathSegment, "..", ["may not be '..'"]],
  ["config key", configKey, "my.key_1", []],
  ["config key", configKey, "a/b", [key]],
  ["config key", configKey, "..", ["must not be '..'"]],
  ["config key", configKey, "..a", ["must not start with '..'"]],
];

test.each(rows)("%s %o %s", (_, rule, text, says) => {
  expect(rule(text)).toEqual(says);
});
