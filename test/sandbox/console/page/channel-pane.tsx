import { useState } from "react";
import { ChannelHeader } from "./channel-header.tsx";
import { Composer } from "./composer.tsx";
import { useConsole } from "./console-context.ts";
import { type LocalNote, MessageList } from "./message-list.tsx";

/** One channel as the acting person sees it. */
export function ChannelPane() {
  const { channel } = useConsole();
  const [notes, setNotes] = useState<LocalNote[]>([]);
  if (!channel) {
    return (
      <section className="pane channel-pane" aria-label="Channel">
        <p className="empty">This person is in no channel.</p>
      </section>
    );
  }
  return (
    <section className="pane channel-pane" aria-label={`Channel ${channel.name}`}>
      <ChannelHeader channel={channel} />
      <MessageList
        channel={channel}
        notes={notes}
        onDismiss={(id) => setNotes(notes.filter((note) => note.id !== id))}
      />
      <Composer channel={channel} onAnswer={(note) => setNotes((before) => [...before.slice(-9), note])} />
    </section>
  );
}
