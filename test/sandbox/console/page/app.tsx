import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { actors } from "./cast.ts";
import { ChannelPane } from "./channel-pane.tsx";
import { type ConsoleContext, ConsoleProvider } from "./console-context.ts";
import { control, refusalText } from "./control.ts";
import { DrillBar } from "./drill-bar.tsx";
import { ModalView } from "./modal-view.tsx";
import { PANES, type Pane, PaneTabs } from "./pane-tabs.tsx";
import { SidePane } from "./side-pane.tsx";
import { useTheme } from "./use-theme.ts";
import { useWorld } from "./use-world.ts";
import type { Channel, World } from "./world.ts";
import { WorldPane } from "./world-pane.tsx";

const NOTICE_MS = 8_000;

/** The whole console. It holds who acts, where they look, and nothing about the incident: that is the world's. */
export function App() {
  const { world, connection, problem, refresh } = useWorld();
  const theme = useTheme();
  const [asked, setAsked] = useState(readSelection);
  const [pane, setPane] = useState<Pane>("room");
  const [notice, setNotice] = useState<{ text: string; id: number }>();
  const noticeId = useRef(0);

  const person = world && (world.slack.users.find(named(asked.as)) ?? actors(world.slack.users)[0]);
  const channel = world && person && (chosenChannel(world, asked.channel) ?? landingChannel(world, person.id));

  const tell = useCallback((text: string) => {
    noticeId.current += 1;
    setNotice({ text, id: noticeId.current });
  }, []);
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => setNotice(undefined), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  useEffect(() => writeSelection(asked), [asked]);
  useEffect(() => {
    document.title = channel ? `#${channel.name} · Incident response sandbox` : "Incident response sandbox";
  }, [channel]);

  const act = useCallback<ConsoleContext["act"]>(
    async (path, body, method) => {
      const answer = await control(path, body, method);
      // Errors of single fields are shown beside the fields.
      if (!answer.ok && !answer.errors) tell(refusalText(answer));
      refresh();
      return answer;
    },
    [refresh, tell],
  );
  const openChannel = useCallback((id: string) => {
    setAsked((before) => ({ ...before, channel: id }));
    setPane("room");
  }, []);
  const context = useMemo(
    () => (world && person ? { world, person, channel, theme, openChannel, act, refresh, tell } : undefined),
    [world, person, channel, theme, openChannel, act, refresh, tell],
  );

  if (!context) return <Waiting connection={connection} problem={problem} />;
  const view = context.world.slack.views.filter(({ user }) => user === context.person.id).at(-1);
  return (
    <ConsoleProvider value={context}>
      <div className="console" data-pane={pane}>
        <DrillBar connection={connection} />
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <main className="panes">
          <SidePane onActAs={(name) => setAsked((before) => ({ ...before, as: name }))} />
          <ChannelPane key={channel?.id} />
          <WorldPane />
        </main>
        <PaneTabs panes={PANES} shown={pane} onShow={setPane} />
        {view && <ModalView key={view.id} view={view} />}
        <div className="notices" role="status" aria-live="polite">
          {notice && (
            <p key={notice.id} className="notice">
              {notice.text}
            </p>
          )}
        </div>
      </div>
    </ConsoleProvider>
  );
}

function Waiting({ connection, problem }: { connection: string; problem: string | undefined }) {
  const text =
    problem ?? (connection === "lost" ? "The sandbox does not answer. Is it still running?" : "Starting the world");
  return (
    <div className="waiting" role="status">
      <p>{text}</p>
    </div>
  );
}

interface Selection {
  as: string | undefined;
  channel: string | undefined;
}

function readSelection(): Selection {
  const query = new URLSearchParams(window.location.search);
  return { as: query.get("as") ?? undefined, channel: query.get("channel") ?? undefined };
}

function writeSelection({ as, channel }: Selection): void {
  const query = new URLSearchParams(window.location.search);
  if (as !== undefined) query.set("as", as);
  if (channel !== undefined) query.set("channel", channel);
  window.history.replaceState(null, "", query.size > 0 ? `?${query}` : window.location.pathname);
}

const named = (wanted: string | undefined) => (item: { id: string; name: string }) =>
  wanted !== undefined && (item.id === wanted || item.name === wanted.replace(/^#/, ""));

const chosenChannel = (world: World, wanted: string | undefined): Channel | undefined =>
  world.slack.channels.find(named(wanted));

/** Until somebody chooses: the newest room the person was called into, because that is why they are here. */
function landingChannel(world: World, person: string): Channel | undefined {
  const mine = world.slack.channels.filter(({ members, is_archived }) => members.includes(person) && !is_archived);
  return (
    mine.filter(({ name }) => name.startsWith("inc-")).at(-1) ??
    mine.find(({ name }) => name === "incidents") ??
    mine[0] ??
    world.slack.channels[0]
  );
}
