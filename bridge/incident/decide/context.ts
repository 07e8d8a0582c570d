import { type Decision, happened, nothingNew } from "../decision.ts";
import type { EventOf } from "../events.ts";
import type { Incident } from "../state.ts";

/** Some answers about what is going on. The first answer of each part counts: it is what was known when people were called. */
export function recordContextRead(state: Incident, read: Omit<EventOf<"ContextRead">, "type">): Decision {
  if (state.status !== "open" || state.context?.complete) return nothingNew;
  const known = new Set(state.context?.readings.map(({ part }) => part));
  const readings = read.readings.filter(({ part }) => !known.has(part));
  if (readings.length === 0 && !read.complete) return nothingNew;
  return happened({ ...read, type: "ContextRead", readings });
}
