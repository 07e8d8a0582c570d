import { Fragment, useCallback, useLayoutEffect, useRef, useState } from "react";
import { blocksOfText } from "./armour-blocks.ts";
import { useConsole } from "./console-context.ts";
import { Icon } from "./icon.tsx";
import { MessageItem } from "./message-item.tsx";
import { RenderedBlocks } from "./rendered-blocks.tsx";
import { dayText, instantOf } from "./time-text.ts";
import type { Block, Channel, Message } from "./world.ts";

/** What a command answered outside the channel: a refusal, or something that Slack keeps nowhere. */
export interface LocalNote {
  id: number;
  command: string;
  text: string;
  blocks: Block[];
  failed: boolean;
}

interface MessageListProps {
  channel: Channel;
  notes: readonly LocalNote[];
  onDismiss(id: number): void;
}

/** Messages by one author within this time share one heading. */
const GROUP_MS = 5 * 60_000;

/** The messages of a channel as the acting person sees them, threads folded under their parents. */
export function MessageList({ channel, notes, onDismiss }: MessageListProps) {
  const { person } = useConsole();
  const [behind, setBehind] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);

  const visible = channel.messages
    .filter(({ ephemeral_for }) => !ephemeral_for || ephemeral_for === person.id || ephemeral_for === person.name)
    .sort((a, b) => (a.ts < b.ts ? -1 : 1));
  const parents = visible.filter((message) => !message.thread_ts || message.thread_ts === message.ts);
  const repliesTo = (parent: Message) =>
    visible.filter((message) => message.thread_ts === parent.ts && message.ts !== parent.ts);

  const toEnd = useCallback(() => scroller.current?.scrollTo({ top: scroller.current.scrollHeight }), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs after every change of what is listed.
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
    else setBehind(true);
  }, [visible.length, notes.length]);
  useLayoutEffect(() => {
    // Late content (a font, a dialog, a resized window) must not push the newest message out of sight.
    const element = scroller.current?.firstElementChild;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [toEnd]);

  return (
    <div className="messages">
      <div
        className="message-scroller"
        ref={scroller}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < 40;
          if (atEnd.current) setBehind(false);
        }}
      >
        <div className="message-column">
          {parents.length === 0 && <p className="empty">Nothing has been said in #{channel.name} yet.</p>}
          <ol className="message-log" role="log" aria-label={`Messages in ${channel.name}`}>
            {parents.map((message, index) => (
              <Fragment key={message.ts}>
                <DayDivider message={message} before={parents[index - 1]} />
                <MessageItem
                  message={message}
                  channel={channel}
                  replies={repliesTo(message)}
                  follows={follows(message, parents[index - 1])}
                />
              </Fragment>
            ))}
          </ol>
          {notes.map((note) => (
            <aside key={note.id} className={`local-note ${note.failed ? "local-note-failed" : ""}`}>
              <header>
                <Icon name="eye" size={14} />
                <span>
                  Only visible to you · <code>{note.command}</code>
                </span>
                <button type="button" className="link-button" onClick={() => onDismiss(note.id)}>
                  Dismiss
                </button>
              </header>
              <RenderedBlocks blocks={note.blocks.length > 0 ? note.blocks : blocksOfText(note.text)} />
            </aside>
          ))}
        </div>
      </div>
      {behind && (
        <button type="button" className="to-end" onClick={toEnd}>
          <Icon name="down" size={14} /> New messages
        </button>
      )}
    </div>
  );
}

function DayDivider({ message, before }: { message: Message; before: Message | undefined }) {
  const day = dayOf(message);
  if (day === (before && dayOf(before))) return null;
  return (
    <li className="day-divider">
      <span>{day}</span>
    </li>
  );
}

const dayOf = (message: Message) => dayText(instantOf(message.ts) ?? 0);

function follows(message: Message, before: Message | undefined): boolean {
  if (!before || before.user !== message.user || before.ephemeral_for !== message.ephemeral_for) return false;
  // A message of the app that carries its own heading stands alone.
  if (message.metadata?.event_type || before.metadata?.event_type) return false;
  return (instantOf(message.ts) ?? 0) - (instantOf(before.ts) ?? 0) < GROUP_MS;
}
