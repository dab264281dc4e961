import type { Cause } from "../../resource.ts";
import { invalid } from "../causes.ts";

const range = "must be between 1 and 65535, inclusive";

/** What is wrong with the number of a port. */
export function portNumberProblems(port: number, field: string): readonly Cause[] {
  return port >= 1 && port <= 65535 ? [] : [invalid(field, port, range)];
}

/** The same for a port of the machine, where 0 means none. */
export function hostPortProblems(port: number, field: string): readonly Cause[] {
  return port === 0 ? [] : portNumberProblems(port, field);
}

/** What is wrong with the name of a port, as IANA registers services. Source: k8s.io/apimachinery, package util/validation. */
export function portNameProblems(name: string, field: string): readonly Cause[] {
  const wrong = [
    name.length > 15 ? "must be no more than 15 characters" : "",
    /^[-a-z0-9]+$/.test(name) ? "" : "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    /[a-z]/.test(name) ? "" : "must contain at least one letter (a-z)",
    name.includes("--") ? "must not contain consecutive hyphens" : "",
    name.startsWith("-") || name.endsWith("-") ? "must not begin or end with a hyphen" : "",
  ];
  return wrong.filter((detail) => detail !== "").map((detail) => invalid(field, name, detail));
}

/** What is wrong with a port that is given by number or by name. */
export function portProblems(port: string | number, field: string): readonly Cause[] {
  return typeof port === "number" ? portNumberProblems(port, field) : portNameProblems(port, field);
}
