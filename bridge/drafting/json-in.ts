/** The first JSON object in a model's answer, with or without a code fence around it; undefined when there is none. */
export function jsonIn(answer: string): unknown {
  const from = answer.indexOf("{");
  const to = answer.lastIndexOf("}");
  if (from === -1 || to < from) return undefined;
  try {
    return JSON.parse(answer.slice(from, to + 1));
  } catch {
    return undefined; // Refused by the schema, with a reason of its own.
  }
}
