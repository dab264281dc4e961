import { InvalidSpec } from "../api/errors.ts";

/**
 * The URL of a metrics store. `field` is where the user wrote it.
 * @throws InvalidSpec when it is missing or not an http or https URL
 */
export function httpUrl(address: string | undefined, field: string): URL {
  if (address === undefined || address === "") throw new InvalidSpec(`${field}: is missing; set it to the store's URL`);
  const url = URL.parse(address);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    // The address is not shown: it may carry a password.
    throw new InvalidSpec(`${field}: is not an http or https URL`);
  }
  return url;
}
