import { memo, type ReactNode, useLayoutEffect, useMemo, useRef } from "react";
import { type MessageProps, Message as SlackBlocks } from "slack-blocks-to-jsx";
import { armourBlocks } from "./armour-blocks.ts";
import { useConsole } from "./console-context.ts";
import { SafeLink } from "./safe-link.tsx";
import { slackDateText } from "./time-text.ts";
import type { Block } from "./world.ts";

/** Block Kit without controls, drawn by slack-blocks-to-jsx from armoured texts. */
export const RenderedBlocks = memo(
  ({ blocks }: { blocks: readonly Block[] }) => {
    const { world, person, theme, openChannel, act, channel } = useConsole();
    const element = useRef<HTMLDivElement>(null);
    const armoured = useMemo(() => armourBlocks(blocks), [blocks]);

    useLayoutEffect(() => {
      // The renderer gives the same id to every message; its rules are scoped to the class instead.
      for (const node of element.current?.querySelectorAll("#slack_blocks_to_jsx") ?? []) node.removeAttribute("id");
    });

    const hooks: MessageProps["hooks"] = {
      user: ({ id }) => {
        const literal = armoured.literals.get(id);
        if (literal !== undefined) return literal.length > 1 ? <bdi className="literal">{literal}</bdi> : literal;
        const name = world.slack.users.find((user) => user.id === id)?.name ?? id;
        return <span className={`mention ${id === person.id ? "mention-me" : ""}`}>@{name}</span>;
      },
      usergroup: ({ id }) => (
        <span className="mention">@{world.slack.usergroups.find((group) => group.id === id)?.handle ?? id}</span>
      ),
      channel: ({ id }) => (
        <button type="button" className="mention" onClick={() => openChannel(id)}>
          #{world.slack.channels.find((other) => other.id === id)?.name ?? id}
        </button>
      ),
      // For a name it does not know the renderer shows the bare name; Slack shows what was typed.
      emoji: (emoji, parse) => {
        const shown = parse(emoji);
        return shown === emoji.name ? `:${emoji.name}:` : shown;
      },
      date: ({ timestamp, format, link, fallback }) => {
        const instant = Number(timestamp) * 1000;
        if (!Number.isFinite(instant)) return fallback;
        const time = (
          <time dateTime={new Date(instant).toISOString()} title={fallback}>
            {slackDateText(format, instant)}
          </time>
        );
        return link ? <SafeLink href={link}>{time}</SafeLink> : time;
      },
      link: ({ href, children }) => {
        const trigger = world.slack.triggers.find(({ shortcut_url }) => shortcut_url === href);
        if (!trigger) return <SafeLink href={href}>{children}</SafeLink>;
        const run = () => act("/world/slack/run", { user: person.name, trigger: trigger.name, channel: channel?.id });
        return (
          <button type="button" className="link-button" onClick={() => void run()}>
            {children as ReactNode}
          </button>
        );
      },
    };
    // The renderer reads hooks and data once, so a name that changes needs a new one.
    const key = `${person.id} ${world.slack.channels.length} ${JSON.stringify(blocks)}`;
    return (
      <div className="rendered-blocks" ref={element} dir="auto">
        <SlackBlocks
          key={key}
          blocks={armoured.blocks as unknown as MessageProps["blocks"]}
          hooks={hooks}
          theme={theme}
          logo=""
          name=""
          withoutWrapper
        />
      </div>
    );
  },
  (before, after) => JSON.stringify(before.blocks) === JSON.stringify(after.blocks),
);
