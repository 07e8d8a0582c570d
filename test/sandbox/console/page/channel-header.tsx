import { oneLine } from "./armour-blocks.ts";
import { displayName } from "./cast.ts";
import { useConsole } from "./console-context.ts";
import { Icon } from "./icon.tsx";
import { Popover } from "./popover.tsx";
import { SafeLink } from "./safe-link.tsx";
import { type Channel, type Message, plainText } from "./world.ts";

/** Name, topic, who is in, bookmarks and pins: what Slack keeps above the messages. */
export function ChannelHeader({ channel }: { channel: Channel }) {
  const { world } = useConsole();
  const pinned = pinnedMessages(channel);
  const topic = plainText(channel.topic) ?? "";
  return (
    <header className="channel-header">
      <div className="channel-title">
        <h1>
          <Icon name={channel.is_private ? "lock" : "hash"} size={17} />
          {channel.name}
        </h1>
        {channel.is_archived && <span className="tag">archived</span>}
        <Popover label={`${channel.members.length} members`} title="Members" align="right">
          <ul className="plain-list">
            {channel.members.map((id) => (
              <li key={id}>
                {displayName(
                  world.slack.users.find((user) => user.id === id),
                  id,
                )}
              </li>
            ))}
          </ul>
        </Popover>
      </div>
      {topic && (
        <p className="topic" dir="auto">
          {oneLine(null, topic)}
        </p>
      )}
      {(channel.bookmarks.length > 0 || pinned.length > 0) && (
        <div className="bookmarks">
          {pinned.length > 0 && (
            <Popover label={`${pinned.length} pinned`} icon="pin" title="Pinned messages" align="left">
              <ul className="plain-list">
                {pinned.map((message) => (
                  <li key={message.ts}>
                    <a href={`#message-${message.ts}`} onClick={(event) => showMessage(event, message.ts)}>
                      {oneLine(message.blocks, message.text)}
                    </a>
                  </li>
                ))}
              </ul>
            </Popover>
          )}
          <ul className="bookmark-list" aria-label="Bookmarks">
            {channel.bookmarks.map((bookmark) => (
              <li key={`${bookmark.title} ${bookmark.link}`}>
                <SafeLink href={bookmark.link ?? ""} className="bookmark">
                  <Icon name="link" size={13} />
                  <bdi>{bookmark.title}</bdi>
                </SafeLink>
              </li>
            ))}
          </ul>
        </div>
      )}
    </header>
  );
}

/** `pins` holds timestamps or objects with one. */
export function pinnedMessages(channel: Channel): Message[] {
  const stamps = channel.pins.map((pin) =>
    typeof pin === "object" && pin !== null && "ts" in pin ? String(pin.ts) : String(pin),
  );
  return channel.messages.filter((message) => stamps.includes(message.ts));
}

function showMessage(event: { preventDefault(): void }, ts: string): void {
  event.preventDefault();
  const element = document.getElementById(`message-${ts}`);
  element?.scrollIntoView({ block: "center" });
  element?.focus({ preventScroll: true });
}
