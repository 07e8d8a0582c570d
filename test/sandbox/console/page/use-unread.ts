import { useEffect, useRef, useState } from "react";
import { useConsole } from "./console-context.ts";
import type { Channel } from "./world.ts";

/**
 * Which channels got a message since this person last looked at them. What was there when the page opened counts as seen;
 * a room that appears later does not.
 */
export function useUnread(person: string, shown: Channel | undefined): (channel: Channel) => boolean {
  const { world } = useConsole();
  const key = (channel: Channel) => `${person} ${channel.id}`;
  const [opened] = useState(() => new Map(world.slack.channels.map((channel) => [channel.id, newest(channel)])));
  const seen = useRef(new Map<string, string>());
  useEffect(() => {
    if (shown) seen.current.set(key(shown), newest(shown));
  });
  return (channel) =>
    channel.id !== shown?.id && newest(channel) > (seen.current.get(key(channel)) ?? opened.get(channel.id) ?? "");
}

const newest = (channel: Channel) => channel.messages.filter((message) => !message.ephemeral_for).at(-1)?.ts ?? "";
