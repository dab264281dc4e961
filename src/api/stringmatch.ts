import Type from "typebox";
import type { TObject } from "typebox";
import { atMostOneOf, exactlyOneOf, object, text } from "./schema.ts";

const fields = {
  exact: Type.Optional(text("The whole value.")),
  prefix: Type.Optional(text("How the value begins.")),
  regex: Type.Optional(text("RE2 expression that matches the whole value.")),
};

const fieldsWithSuffix = { ...fields, suffix: Type.Optional(text("How the value ends.")) };

/** A condition on a string as Istio has it; an empty one asks only that the value be there. */
export function stringMatch(description: string): TObject<typeof fields> {
  return object(description, fields, atMostOneOf("exact", "prefix", "regex"));
}

/** A condition on a string that may not be empty. */
export function givenMatch(description: string): TObject<typeof fields> {
  return object(description, fields, exactlyOneOf("exact", "prefix", "regex"));
}

/** A condition on a header of A/B testing: not empty, and the value may be given by its end. */
export function headerMatch(description: string): TObject<typeof fieldsWithSuffix> {
  return object(description, fieldsWithSuffix, exactlyOneOf("exact", "prefix", "suffix", "regex"));
}
