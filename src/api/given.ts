/** The text unless it is empty: clients written in Go leave a text out by writing an empty one. */
export function given<Text extends string>(text: Text | undefined): Exclude<Text, ""> | undefined {
  return isGiven(text) ? text : undefined;
}

function isGiven<Text extends string>(text: Text | undefined): text is Exclude<Text, ""> {
  return text !== undefined && text !== "";
}
