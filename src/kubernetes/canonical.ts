/** Whether a value of a JSON document is an object with fields. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * JSON without white space and with sorted keys: equal for equal documents. Fields that are undefined or null are left
 * out, as they mean the same to the API server as fields that are not there.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value ?? null);
  // Keys are sorted as text: an object would put those that look like numbers first.
  let fields = "";
  for (const key of Object.keys(value).sort()) {
    const field = value[key];
    if (field === undefined || field === null) continue;
    fields += `${fields === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(field)}`;
  }
  return `{${fields}}`;
}
