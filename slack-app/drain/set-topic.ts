import type { SetTopic } from "../../shared/contracts/outbox.ts";
import { plain } from "../blocks/text.ts";
import { failedWith } from "./report-failure.ts";
import type { Work } from "./work.ts";

/** Slack's limit for topics. */
const TOPIC_MAX = 250;

/** Brings the room's topic up to date: severity and phase at a glance. */
export async function setTopic({ effectId, channel, topic }: SetTopic, work: Work): Promise<boolean> {
  const set = await work.slack.call("conversations.setTopic", { channel, topic: plain(topic, TOPIC_MAX) });
  if (!set.ok) return await failedWith(effectId, set, work);
  await work.report(effectId, { result: "topic-set", executionId: work.executionId });
  return true;
}
