import { useState } from "react";
import { Avatar } from "./avatar.tsx";
import { actors, displayName, roleOf } from "./cast.ts";
import { useConsole } from "./console-context.ts";
import { Icon } from "./icon.tsx";
import { moveFocusWithArrows } from "./move-focus-with-arrows.ts";
import { useUnread } from "./use-unread.ts";
import type { Channel } from "./world.ts";

/** Who acts, and where they can look. */
export function SidePane({ onActAs }: { onActAs(name: string): void }) {
  return (
    <aside className="pane side-pane" aria-label="People and channels">
      <People onActAs={onActAs} />
      <Channels />
    </aside>
  );
}

function People({ onActAs }: { onActAs(name: string): void }) {
  const { world, person } = useConsole();
  return (
    <section aria-labelledby="acting-as">
      <h2 id="acting-as" className="side-title">
        Acting as
      </h2>
      <ul className="side-list" onKeyDown={moveFocusWithArrows}>
        {actors(world.slack.users).map((actor) => (
          <li key={actor.id}>
            <button
              type="button"
              className="side-item person"
              aria-current={actor.id === person.id ? "true" : undefined}
              onClick={() => onActAs(actor.name)}
            >
              <Avatar person={actor} id={actor.id} size="small" />
              <span className="side-name">{displayName(actor, actor.id)}</span>
              <span className="side-note">{roleOf(actor)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Channels() {
  const { world, person, channel: shown, openChannel } = useConsole();
  const [all, setAll] = useState(false);
  const isUnread = useUnread(person.id, shown);
  const listed = world.slack.channels.filter(
    (channel) => all || channel.members.includes(person.id) || channel.id === shown?.id,
  );
  const rooms = listed.filter(({ name }) => name.startsWith("inc-")).reverse();
  const others = listed.filter(({ name }) => !name.startsWith("inc-"));
  const item = (channel: Channel) => (
    <li key={channel.id}>
      <button
        type="button"
        className={`side-item channel ${isUnread(channel) ? "unread" : ""} ${channel.is_archived ? "archived" : ""}`}
        aria-current={channel.id === shown?.id ? "page" : undefined}
        onClick={() => openChannel(channel.id)}
      >
        <Icon name={channel.is_archived ? "archive" : channel.is_private ? "lock" : "hash"} size={14} />
        <span className="side-name">{channel.name}</span>
        {isUnread(channel) && <span className="unread-dot" role="img" aria-label="unread messages" />}
      </button>
    </li>
  );
  return (
    <nav aria-label="Channels" onKeyDown={moveFocusWithArrows}>
      <h2 className="side-title">War rooms</h2>
      {rooms.length > 0 ? <ul className="side-list">{rooms.map(item)}</ul> : <p className="side-empty">None yet</p>}
      <h2 className="side-title">Channels</h2>
      <ul className="side-list">{others.map(item)}</ul>
      <label className="side-toggle">
        <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
        Also channels {displayName(person, person.id)} is not in
      </label>
    </nav>
  );
}
