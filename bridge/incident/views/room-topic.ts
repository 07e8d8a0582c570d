import { createHash } from "node:crypto";
import type { Incident } from "../state.ts";

/** Slack's limit for topics. */
const MAX_TOPIC = 250;
/** What a cut leaves of a character that takes two units. */
const HALF_AT_END = /[\uD800-\uDBFF]$/;

/** What the top of the room says: severity, service, phase once there is one to name, and what it is about. */
export function roomTopic({ severity, opened, response, id }: Incident): string {
  const phase = response.phase === "detect" ? [] : [response.phase];
  const topic = [severity, opened?.service ?? "unknown", ...phase, opened?.title ?? id].join(" · ");
  return topic.length > MAX_TOPIC ? `${topic.slice(0, MAX_TOPIC - 1).replace(HALF_AT_END, "")}…` : topic;
}

export const topicRev = (topic: string): string => createHash("sha256").update(topic).digest("hex").slice(0, 16);

/** Whether severity or phase have moved since the room was given its topic. */
export function topicOwed(state: Incident): boolean {
  const { response, opened, steps } = state;
  if (!steps.topic?.ok) return false;
  const moved = response.phases.length > 1 || (opened !== undefined && opened.severity !== state.severity);
  return response.topicRev === undefined ? moved : response.topicRev !== topicRev(roomTopic(state));
}
