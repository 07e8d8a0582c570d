import { useState } from "react";
import { blocksOfText, oneLine } from "./armour-blocks.ts";
import { Avatar } from "./avatar.tsx";
import { displayName } from "./cast.ts";
import { pinnedMessages } from "./channel-header.tsx";
import { useConsole } from "./console-context.ts";
import { Icon } from "./icon.tsx";
import { MessageBlocks } from "./message-blocks.tsx";
import { RenderedBlocks } from "./rendered-blocks.tsx";
import { clockText, instantOf } from "./time-text.ts";
import type { Channel, Message } from "./world.ts";

interface MessageItemProps {
  message: Message;
  channel: Channel;
  replies: readonly Message[];
  /** The one before has the same author and is recent: no heading of its own. */
  follows: boolean;
}

/** One message with its blocks, its controls and, folded, its thread. */
export function MessageItem({ message, channel, replies, follows }: MessageItemProps) {
  const { world, person, act } = useConsole();
  const [open, setOpen] = useState(false);
  const author = world.slack.users.find(({ id }) => id === message.user);
  const name = displayName(author, message.user);
  const blocks = message.blocks && message.blocks.length > 0 ? message.blocks : blocksOfText(message.text ?? "");
  const pinned = pinnedMessages(channel).includes(message);
  const at = { user: person.name, channel: channel.id, ts: message.ts };
  const kind = message.metadata?.event_type;

  return (
    <li
      id={`message-${message.ts}`}
      tabIndex={-1}
      className={`message ${follows ? "message-follows" : ""} ${message.ephemeral_for ? "message-ephemeral" : ""} ${pinned ? "message-pinned" : ""}`}
      data-kind={kind ?? undefined}
    >
      <div className="message-gutter">
        {follows ? <MessageTime ts={message.ts} /> : <Avatar person={author} id={message.user ?? "?"} size="large" />}
      </div>
      <article className="message-body" aria-label={`${name}: ${oneLine(blocks, message.text).slice(0, 120)}`}>
        {(message.ephemeral_for || pinned) && (
          <p className="message-note">
            <Icon name={message.ephemeral_for ? "eye" : "pin"} size={13} />
            {message.ephemeral_for ? "Only visible to you" : "Pinned"}
          </p>
        )}
        {!follows && (
          <header className="message-header">
            <span className="message-author">{name}</span>
            {author?.is_bot && <span className="app-tag">App</span>}
            <MessageTime ts={message.ts} />
          </header>
        )}
        <MessageBlocks blocks={blocks} onControl={(press) => act("/world/slack/click", { ...at, ...press })} />
        {Boolean(message.edited ?? message.edited_at) && <span className="edited">(edited)</span>}
        {message.reactions && message.reactions.length > 0 && (
          <ul className="reactions" aria-label="Reactions">
            {message.reactions.map((reaction) => (
              <li key={reaction.name}>
                <RenderedBlocks blocks={blocksOfText(`:${reaction.name}: ${reaction.users?.length ?? 1}`)} />
              </li>
            ))}
          </ul>
        )}
        {(replies.length > 0 || open) && (
          <Thread parent={message} channel={channel} replies={replies} open={open} onToggle={() => setOpen(!open)} />
        )}
      </article>
      {!message.ephemeral_for && (
        <div className="message-tools">
          <button
            type="button"
            className="icon-button"
            aria-label="Reply in thread"
            title="Reply in thread"
            onClick={() => setOpen(true)}
          >
            <Icon name="reply" size={15} />
          </button>
          {!pinned && (
            <button
              type="button"
              className="icon-button"
              aria-label="Pin message"
              title="Pin message"
              onClick={() => void act("/world/slack/pin", at)}
            >
              <Icon name="pin" size={15} />
            </button>
          )}
        </div>
      )}
    </li>
  );
}

interface ThreadProps {
  parent: Message;
  channel: Channel;
  replies: readonly Message[];
  open: boolean;
  onToggle(): void;
}

function Thread({ parent, channel, replies, open, onToggle }: ThreadProps) {
  const { person, act } = useConsole();
  const [text, setText] = useState("");
  const count = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  const send = async () => {
    const answer = await act("/world/slack/message", {
      user: person.name,
      channel: channel.id,
      text,
      thread_ts: parent.ts,
    });
    if (answer.ok) setText("");
  };
  return (
    <div className="thread">
      <button type="button" className="thread-toggle" aria-expanded={open} onClick={onToggle}>
        <Icon name="chevron" size={13} />
        {replies.length > 0 ? count : "Reply"}
      </button>
      {open && (
        <>
          <ol className="thread-replies">
            {replies.map((reply) => (
              <MessageItem key={reply.ts} message={reply} channel={channel} replies={[]} follows={false} />
            ))}
          </ol>
          <form
            className="thread-composer"
            onSubmit={(event) => {
              event.preventDefault();
              if (text.trim() !== "") void send();
            }}
          >
            <input
              dir="auto"
              aria-label="Reply in thread"
              placeholder="Reply…"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
            <button type="submit" className="slack-button" disabled={text.trim() === ""}>
              Reply
            </button>
          </form>
        </>
      )}
    </div>
  );
}

function MessageTime({ ts }: { ts: string }) {
  const instant = instantOf(ts);
  if (instant === undefined) return null;
  const iso = new Date(instant).toISOString();
  return (
    <time className="message-time" dateTime={iso} title={iso}>
      {clockText(instant)}
    </time>
  );
}
