import { type FormEvent, useRef, useState } from "react";
import { useConsole } from "./console-context.ts";
import { type Answer, control, refusalText } from "./control.ts";
import { Icon } from "./icon.tsx";
import type { LocalNote } from "./message-list.tsx";
import { Popover } from "./popover.tsx";
import type { Block, Channel } from "./world.ts";

interface ComposerProps {
  channel: Channel;
  onAnswer(note: LocalNote): void;
}

/** What a person types: a message, or a command when it starts with a slash. */
export function Composer({ channel, onAnswer }: ComposerProps) {
  const { person, act, refresh } = useConsole();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const noteId = useRef(0);
  const isMember = channel.members.includes(person.id);

  const send = async (event?: FormEvent) => {
    event?.preventDefault();
    const typed = text.trim();
    if (typed === "" || busy) return;
    setBusy(true);
    if (typed.startsWith("/")) {
      const [command = "", ...rest] = typed.split(/\s+/);
      const words = typed.slice(command.length).trim();
      const answer = await control("/world/slack/command", {
        user: person.name,
        channel: channel.id,
        command,
        text: rest.length === 0 ? "" : words,
      });
      const shown = shownAnswer(answer);
      if (shown) {
        noteId.current += 1;
        onAnswer({ id: noteId.current, command: typed, ...shown, failed: !answer.ok });
      }
      refresh();
      setText("");
    } else {
      const answer = await act("/world/slack/message", { user: person.name, channel: channel.id, text: typed });
      if (answer.ok) setText("");
    }
    setBusy(false);
  };

  if (channel.is_archived) return <p className="composer-closed">This channel is archived.</p>;
  return (
    <div className="composer">
      {!isMember && (
        <p className="composer-join">
          {person.real_name || person.name} is not in this channel.
          <button
            type="button"
            className="slack-button"
            onClick={() => void act("/world/slack/join", { user: person.name, channel: channel.id })}
          >
            Join
          </button>
        </p>
      )}
      <form className="composer-box" onSubmit={(event) => void send(event)}>
        <ShortcutMenu channel={channel} />
        <textarea
          dir="auto"
          rows={1}
          aria-label={`Message #${channel.name}`}
          placeholder="Message, or / for a command"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) void send(event);
          }}
        />
        <button type="submit" className="send-button" aria-label="Send" disabled={busy || text.trim() === ""}>
          <Icon name="send" size={17} />
        </button>
      </form>
    </div>
  );
}

/** The link triggers of the app, as Slack lists them behind the lightning bolt, and the scheduled ones to run now. */
function ShortcutMenu({ channel }: { channel: Channel }) {
  const { world, person, act } = useConsole();
  const links = world.slack.triggers.filter(({ type }) => type === "shortcut" || type === "link");
  const scheduled = world.slack.triggers.filter(({ type }) => type === "scheduled");
  return (
    <Popover label="Shortcuts" icon="bolt" title="Shortcuts" align="left" above iconOnly>
      {(close) => (
        <>
          {links.length === 0 && <p className="panel-note">The app has no link triggers yet.</p>}
          <ul className="menu-list">
            {links.map(({ name }) => (
              <li key={name}>
                <button
                  type="button"
                  onClick={() => {
                    close();
                    void act("/world/slack/run", { user: person.name, trigger: name, channel: channel.id });
                  }}
                >
                  {title(name)}
                </button>
              </li>
            ))}
          </ul>
          {scheduled.length > 0 && <h3 className="menu-heading">Scheduled, run now</h3>}
          <ul className="menu-list">
            {scheduled.map(({ name }) => (
              <li key={name}>
                <button
                  type="button"
                  onClick={() => {
                    close();
                    void act("/world/slack/fire", { trigger: name });
                  }}
                >
                  {title(name)}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Popover>
  );
}

const title = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("_", " ")}`;

/**
 * What to show for a command here. Nothing when Slack put its answer into the channel: those messages have a stamp and come
 * with the world, visible to the person alone where Slack says so.
 */
function shownAnswer(answer: Answer): { text: string; blocks: Block[] } | undefined {
  if (!answer.ok) return { text: refusalText(answer), blocks: [] };
  const messages = (Array.isArray(answer.messages) ? answer.messages : []) as { ts?: unknown }[];
  if (messages.some(({ ts }) => typeof ts === "string")) return undefined;
  const { text, blocks } = (messages.at(-1) ?? answer.response ?? answer) as { text?: unknown; blocks?: unknown };
  return {
    text: typeof text === "string" ? text : "The command was accepted and showed nothing.",
    blocks: Array.isArray(blocks) ? (blocks as Block[]) : [],
  };
}
