import { inPlainForm, type RecordedEvent } from "../../bridge/incident/sealed-events.ts";
import type { LedgerItem } from "./world/store.ts";
import type { World, WorldSnapshot } from "./world/world.ts";

const LEDGER_PAUSE_MS = 100;
const LOOK_AFTER_MS = 30;

/** One thing that happened, as a person would tell it. */
export interface StoryLine {
  /** Since the story began, in milliseconds. */
  afterMs: number;
  event: string;
  text: string;
}

interface LedgerEvent {
  type: string;
  [field: string]: unknown;
}

export interface StoryTeller {
  /** Resolves when everything that is recorded now has been told. */
  settle(): Promise<void>;
  stop(): void;
}

/**
 * Tells what happens in a world from now on: alerts as they are answered, rooms and people as Slack shows them, decisions as
 * the ledger records them, and what customers and engineers read in the end. What was there before is not told.
 */
export async function tellStory(world: World, tell: (line: StoryLine) => void): Promise<StoryTeller> {
  const began = performance.now();
  const told = new Set<string>();
  let stopped = false;
  const say = (key: string, event: string, text: string) => {
    if (told.has(key)) return;
    told.add(key);
    tell({ afterMs: Math.round(performance.now() - began), event, text });
  };

  const look = (silent: boolean) => {
    const snapshot = world.snapshot();
    const lines = [...roomLines(snapshot, told), ...publicLines(snapshot)];
    for (const { key, event, text, also = [] } of lines) {
      if (silent) told.add(key);
      else say(key, event, text);
      for (const other of also) told.add(other);
    }
  };
  const readLedger = async (silent: boolean) => {
    const snapshot = world.snapshot();
    for (const item of await world.ledger()) {
      const key = `${item.pk} ${item.sk}`;
      if (told.has(key)) continue;
      told.add(key);
      if (silent) continue;
      eventsOf(item).forEach((event, index) => {
        const text = sentenceOf(event, snapshot);
        if (text !== undefined) say(`${key} ${index}`, event.type, text);
      });
    }
  };
  look(true);
  await readLedger(true);

  let looking = false;
  const lookSoon = () => {
    if (looking) return;
    looking = true;
    setTimeout(() => {
      looking = false;
      if (!stopped) look(false);
    }, LOOK_AFTER_MS);
  };

  let reading: Promise<void> | undefined;
  let again = false;
  const readSoon = (): Promise<void> => {
    again = true;
    reading ??= (async () => {
      while (again) {
        again = false;
        await readLedger(false);
        // A burst of entries is one look.
        await new Promise((resolve) => setTimeout(resolve, LEDGER_PAUSE_MS));
      }
      reading = undefined;
    })();
    return reading;
  };

  const unsubscribe = world.onChange((change) => {
    if (change.part === "alerts") {
      const { status, attempt, ms, fixture } = change;
      const repeat = Number(attempt) > 1 ? `, try ${attempt}` : "";
      const outcome =
        status === 0 ? "got no answer" : Number(status) < 300 ? "accepted" : `was refused with HTTP ${status}`;
      say(`alert ${change.seq}`, "alert-sent", `alert ${outcome} (${fixture}, ${ms} ms${repeat})`);
    } else if (change.part === "bridge") {
      say(`bridge ${change.seq}`, `bridge-${change.type}`, `the bridge ${change.type}`);
    } else if (change.part === "store" && change.table === "ic-ledger") {
      readSoon().catch((error: unknown) =>
        say(`ledger ${change.seq}`, "ledger-unreadable", `the ledger cannot be read: ${String(error)}`),
      );
    } else if (change.part === "slack" || change.part === "vendor") {
      lookSoon();
    }
  });
  return {
    async settle() {
      look(false);
      await readSoon();
    },
    stop() {
      stopped = true;
      unsubscribe();
    },
  };
}

interface Told {
  key: string;
  event: string;
  text: string;
  /** Keys that this line tells too. */
  also?: string[];
}

/** A room is told when its first person is in; whoever comes later has a line of their own. */
function roomLines({ slack }: WorldSnapshot, told: ReadonlySet<string>): Told[] {
  const people = new Map(slack.users.filter((user) => !user.is_bot).map(({ id, name }) => [id, name]));
  return slack.channels
    .filter(({ name }) => name.startsWith("inc-"))
    .flatMap((channel): Told[] => {
      const room = `room ${channel.id}`;
      const inside = channel.members.flatMap((id) => people.get(id) ?? []);
      const key = (name: string) => `${room} ${name}`;
      const archived = channel.is_archived
        ? [{ key: `${room} archived`, event: "room-archived", text: `#${channel.name} archived` }]
        : [];
      if (inside.length === 0) return archived;
      const opening = {
        key: room,
        also: told.has(room) ? [] : inside.map(key),
        event: "room-open",
        text: `war room #${channel.name} open, ${inside.length} ${inside.length === 1 ? "person" : "people"} in: ${inside.join(", ")}`,
      };
      const newcomers = inside.filter((name) => !told.has(key(name)));
      return [
        opening,
        ...newcomers.flatMap((name) =>
          told.has(room) ? [{ key: key(name), event: "room-joined", text: `${name} is in #${channel.name}` }] : [],
        ),
        ...archived,
      ];
    });
}

/** What customers and engineers read outside Slack. */
function publicLines({ statuspage, linear }: WorldSnapshot): Told[] {
  return [
    ...statuspage.incidents.flatMap((incident) =>
      incident.incident_updates.toReversed().map((update) => ({
        key: `update ${update.id}`,
        event: "customers-read",
        text: `customers read: ${incident.name} (${update.status}), ${incident.shortlink}`,
      })),
    ),
    ...linear.issues.map((issue) => ({
      key: `issue ${issue.id}`,
      event: "issue-filed",
      text: `Linear has ${issue.identifier}: ${issue.title}`,
    })),
  ];
}

function eventsOf(item: LedgerItem): LedgerEvent[] {
  const { events = [] } = JSON.parse(item.body) as { events?: RecordedEvent[] };
  return events.map((event) => ({ ...inPlainForm(event) }));
}

/** The ledger's events worth a line, told without the words that are sealed; the many small steps between are not. */
function sentenceOf(event: LedgerEvent, { slack }: WorldSnapshot): string | undefined {
  const who = (id: unknown) => slack.users.find((user) => user.id === id)?.name ?? String(id);
  switch (event.type) {
    case "IncidentOpened":
      return `incident opened: ${String(event.severity)} ${String(event.service)}`;
    case "RespondersFound":
      return `people found: ${(event.people as { userId: string }[]).map(({ userId }) => who(userId)).join(", ") || "nobody"}`;
    case "ContextGathered":
      return "live context gathered";
    case "ContextRead":
      return event.complete === true ? "live context complete" : "first live context";
    case "WatchdogSpoke":
      return "the watchdog posted the alert, because no room opened";
    case "CommandTaken":
      return `${who(event.by)} has command`;
    case "HandoverOffered":
      return `${who(event.by)} offers command to ${who(event.to)}`;
    case "PageRequested":
      return `${event.by === null ? "the bridge" : who(event.by)} pages ${who((event.target as { id: string }).id)}`;
    case "PageSent":
      return "OnCall takes the page";
    case "PageFailed":
      return `the page was not sent: ${String(event.reason)}`;
    case "AlertGroupAcknowledged":
      return "the alert group is acknowledged: phones stop";
    case "StatusUpdateRequested":
      return `${who(event.by)} asks for a customer update`;
    case "HoldingStatementRequested":
      return "a first statement for customers is prepared";
    case "DraftShown":
      return "approval card shown";
    case "ApprovalGranted":
      return `${who(event.by)} approves the text (${String(event.basis)})`;
    case "ApprovalDenied":
      return `a click of ${who(event.by)} is refused: ${String(event.reason)}`;
    case "PublishSucceeded":
      return "published";
    case "PublishFailed":
      return `not published: ${String(event.reason)}`;
    case "PublishOutcomeUnknown":
      return `nobody knows yet whether it was published: ${String(event.reason)}`;
    case "NudgeIssued":
      return "the room is reminded of its customers";
    case "IncidentResolved":
      return `incident ${String(event.outcome).replaceAll("_", " ")}`;
    case "PostmortemFiled":
      return `postmortem filed as ${String(event.identifier)}`;
    case "PostmortemDelayed":
      return `the postmortem waits: ${String(event.reason)}`;
    case "EffectFailed":
      return `a step failed and will be repeated: ${String(event.error)}`;
    default:
      return undefined;
  }
}
