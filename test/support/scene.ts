import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { IncidentEvent } from "../../bridge/incident/events.ts";
import type { Command, CommandReply } from "../../shared/contracts/commands.ts";
import { SIGNATURE_HEADER, signRequest, TIMESTAMP_HEADER } from "../../shared/signing.ts";
import { CAST } from "../sandbox/cast.ts";
import type { AlertCall } from "../sandbox/world/alert-sender.ts";
import type { SlackCallName } from "../sandbox/world/slack-part.ts";
import { startWorld, type World, type WorldOptions, type WorldSnapshot } from "../sandbox/world/world.ts";
import { eventsOf, ofType, publicTwins, readRecord, roomFaults, unapprovedWrites } from "./record-check.ts";
import { servicesApart } from "./services-apart.ts";
import { inWorldsWords } from "./world-words.ts";

export type Channel = WorldSnapshot["slack"]["channels"][number];
export type Message = Channel["messages"][number];

/** Everything that the product does in minutes, in fractions of a second. */
const QUICK: Record<string, string> = {
  SWEEP_EVERY_MS: "300",
  REPAINT_EVERY_MS: "200",
  CARD_GRACE_MS: "1500",
  EFFECT_LEASE_MS: "4000",
  VENDOR_TIMEOUT_MS: "2000",
  RECONCILE_SETTLE_MS: "300",
};

/** A click counts once its card has stood this long. */
const READING_MS = 3_000;
const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 100;
const LOOK_SOON_MS = 20;

/** One world and what its people do in it; every wait is for something that can be seen. */
export interface Scene {
  world: World;
  snapshot(): WorldSnapshot;
  /** @throws after a minute, naming what was waited for. */
  seen<T>(what: string, probe: (snapshot: WorldSnapshot) => T | undefined, patienceMs?: number): Promise<T>;
  /** Waits until the ledger holds such an event. */
  recorded<T extends IncidentEvent["type"]>(
    incident: string,
    type: T,
    which?: (event: Extract<IncidentEvent, { type: T }>) => boolean,
    patienceMs?: number,
  ): Promise<Extract<IncidentEvent, { type: T }>>;
  events(incident: string): Promise<IncidentEvent[]>;
  /** Ids of all incidents in the ledger. */
  incidents(): Promise<string[]>;
  /** Waits for an incident that is not among these. */
  newIncident(known: ReadonlySet<string>): Promise<string>;
  /** Sends an alert that must be accepted; answers the incident it made once that is in the ledger. */
  alert(call: AlertCall): Promise<string>;
  /** Waits for an incident's room to be open, pinned checklist included. */
  room(incident: string, patienceMs?: number): Promise<Channel>;
  channel(id: string): Channel;
  act(call: SlackCallName, body: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** What Slack answers when it or the form refuses. */
  refused(call: SlackCallName, body: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Opens a form, submits it and closes what it then says. @returns that sentence, or the errors beside the fields */
  fillIn(form: {
    user: string;
    trigger: string;
    channel: string;
    values: Record<string, unknown>;
    inputs?: Record<string, unknown>;
  }): Promise<{ said: string; errors?: Record<string, string> }>;
  /** What a form says when it is opened, without filling it in. */
  formSays(user: string, trigger: string, channel: string): Promise<string>;
  slash(user: string, channel: string, text: string): Promise<string>;
  /** Asks for a customer update and waits for its card. */
  draft(
    channel: string,
    wish: { status: string; impact: string; user?: string; components?: string[]; component_status?: string },
  ): Promise<ShownCard>;
  /** The newest card of a draft version, once it has stood long enough to count as read. */
  readCard(incident: string, draftId: string, version: number): Promise<ShownCard>;
  approve(user: string, card: ShownCard): Promise<Record<string, unknown>>;
  /** The last sentence shown to this person alone in that channel. */
  whispered(user: string, channel: string): string | undefined;
  /** A command signed as the hosted functions sign theirs, for people whom Slack itself would not let click. */
  command(command: Command): Promise<CommandReply>;
  /** What must hold at any time, as sentences about what does not. */
  faults(): Promise<string[]>;
  stop(): Promise<void>;
}

export interface ShownCard {
  incident: string;
  draftId: string;
  version: number;
  contentHash: string;
  channel: string;
  ts: string;
  message: Message;
}

/** Starts a world with short intervals, in which every alert group is an incident of its own. Its ports are its own. */
export async function startScene(options: WorldOptions = {}): Promise<Scene> {
  const world = await startWorld({
    ...options,
    bridgeEnv: { SERVICES_FILE: servicesApart(), ...QUICK, ...options.bridgeEnv },
  });
  return sceneOf(world);
}

export function sceneOf(world: World): Scene {
  const snapshot = () => world.snapshot();

  const seen: Scene["seen"] = async (what, probe, patienceMs = PATIENCE_MS) => {
    const found = await world.until(probe, patienceMs);
    if (found === undefined) throw new Error(`waited ${patienceMs / 1_000} s for ${what}\n${recentLines(world)}`);
    return found;
  };

  /** As `seen`, for what only the ledger tells: asked again after every change of the world. */
  const inLedger = async <T>(
    what: string,
    look: () => Promise<T | undefined>,
    patienceMs = PATIENCE_MS,
  ): Promise<T> => {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const changed = changeOrTick(world);
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`waited ${patienceMs / 1_000} s for ${what}\n${recentLines(world)}`);
      await changed;
    }
  };

  const events: Scene["events"] = async (incident) => {
    const items = await world.ledger(incident);
    const masterKey = () => readSecret(world, "redaction-master");
    const words = items.some(({ type }) => type.includes("Sealed"))
      ? await inWorldsWords(snapshot().store, masterKey, (details) => details.reveal(incident))
      : undefined;
    return eventsOf(readRecord(items, words), incident);
  };
  // The product's own stream begins whenever it has something to say, and is no incident.
  const incidents = async () =>
    [...readRecord(await world.ledger()).streams.keys()].filter((incident) => incident !== "_system");

  const recorded: Scene["recorded"] = (incident, type, which = () => true, patienceMs) =>
    inLedger(
      `${type} in the ledger of ${incident}`,
      async () => ofType(await events(incident), type).find(which),
      patienceMs,
    );

  const newIncident: Scene["newIncident"] = (known) =>
    inLedger("a new incident in the ledger", async () => (await incidents()).find((id) => !known.has(id)));

  const channel = (id: string): Channel => {
    const found = snapshot().slack.channels.find((one) => one.id === id);
    if (!found) throw new Error(`there is no channel ${id}`);
    return found;
  };

  const act: Scene["act"] = async (call, body) => {
    const answer = await world.slack(call, body);
    if (!answer.ok) throw new Error(`Slack answered ${JSON.stringify(answer)} to ${call} ${JSON.stringify(body)}`);
    return answer;
  };

  const viewText = (id: unknown): string => {
    const view = snapshot().slack.views.find((one) => one.id === id);
    return view ? textOf(view.blocks) : "";
  };

  const shown = async (incident: string, draftId: string, version: number): Promise<ShownCard> => {
    const {
      contentHash,
      ts,
      channel: room,
    } = await recorded(incident, "DraftShown", (event) => event.draftId === draftId && event.version === version);
    const message = await seen(`the card of ${draftId}`, ({ slack }) =>
      slack.channels.find(({ id }) => id === room)?.messages.find((one) => one.ts === ts),
    );
    return { incident, draftId, version, contentHash, channel: room, ts, message };
  };

  const scene: Scene = {
    world,
    snapshot,
    seen,
    recorded,
    events,
    incidents,
    newIncident,
    channel,
    act,

    async alert(call) {
      const before = new Set(await incidents());
      const { status, body } = await world.alert(call);
      if (status < 200 || status > 299) throw new Error(`the alert was answered ${status}: ${JSON.stringify(body)}`);
      return newIncident(before);
    },

    async room(incident, patienceMs) {
      const { channel: id } = await recorded(incident, "RoomOpened", undefined, patienceMs);
      await recorded(incident, "RoomStepDone", ({ step, ok }) => step === "checklist" && ok, patienceMs);
      return channel(id);
    },

    async refused(call, body) {
      const answer = await world.slack(call, body);
      if (answer.ok) throw new Error(`Slack took ${call} ${JSON.stringify(body)}, which should have been refused`);
      return answer;
    },

    async fillIn({ user, trigger, channel: where, values, inputs }) {
      const opened = await act("run", { user, trigger, channel: where, ...(inputs ? { inputs } : {}) });
      const sent = await world.slack("submit", { user, view_id: opened.view_id, values });
      if (!sent.ok) {
        if (sent.error !== "validation") throw new Error(`the form ${trigger} answered ${JSON.stringify(sent)}`);
        const said = viewText(opened.view_id);
        await act("close", { user, view_id: opened.view_id });
        return { said, errors: sent.errors as Record<string, string> };
      }
      const said = viewText(sent.view_id);
      if (sent.view_id !== undefined) await act("close", { user, view_id: sent.view_id });
      return { said };
    },

    async formSays(user, trigger, where) {
      const opened = await act("run", { user, trigger, channel: where });
      const said = viewText(opened.view_id);
      await act("close", { user, view_id: opened.view_id });
      return said;
    },

    async slash(user, where, text) {
      const answer = await act("command", { user, channel: where, command: "/incident-response", text });
      const { response, messages } = answer as { response: { text?: string } | null; messages: { text?: string }[] };
      return [response?.text ?? "", ...messages.map((message) => message.text ?? "")].join("\n").trim();
    },

    async draft(where, { user = "sam", ...wish }) {
      const incident = incidentOf(channel(where));
      const known = new Set(ofType(await events(incident), "DraftProposed").map(({ draftId }) => draftId));
      const { errors } = await scene.fillIn({ user, trigger: "draft_status_update", channel: where, values: wish });
      if (errors) throw new Error(`the update was refused: ${JSON.stringify(errors)}`);
      const { draftId } = await recorded(incident, "DraftProposed", (event) => !known.has(event.draftId));
      return shown(incident, draftId, 1);
    },

    async readCard(incident, draftId, version) {
      const card = await shown(incident, draftId, version);
      const entry = readRecord(await world.ledger(incident))
        .streams.get(incident)
        ?.findLast(({ events: all }) =>
          all.some((event) => event.type === "DraftShown" && event.draftId === draftId && event.version === version),
        );
      const readableAt = Date.parse(entry?.at ?? "") + READING_MS + 50;
      // Time itself is the condition: an earlier click would be refused.
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, readableAt - Date.now())));
      return card;
    },

    approve: (user, { channel: where, ts }) => act("click", { user, channel: where, ts, action_id: "approve_publish" }),

    whispered(user, where) {
      const id = snapshot().slack.users.find(({ name }) => name === user)?.id;
      const message = channel(where).messages.findLast(({ ephemeral_for }) => ephemeral_for === id);
      return message && textOf(message.blocks);
    },

    async command(command) {
      const body = JSON.stringify(command);
      const path = "/v1/commands";
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const secret = await readSecret(world, "slack-functions");
      const reply = await fetch(`${snapshot().bridge.url}${path}`, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/json",
          [TIMESTAMP_HEADER]: timestamp,
          [SIGNATURE_HEADER]: await signRequest({ method: "POST", path, timestamp, body }, secret),
        },
      });
      if (reply.status !== 200) throw new Error(`the bridge answered ${reply.status}: ${await reply.text()}`);
      return (await reply.json()) as CommandReply;
    },

    async faults() {
      const record = readRecord(await world.ledger());
      const { slack, statuspage } = snapshot();
      return [
        ...record.broken,
        ...unapprovedWrites(record, statuspage.requests),
        ...publicTwins(statuspage.incidents),
        ...roomFaults(record, slack),
      ];
    },

    stop: () => world.stop(),
  };
  return scene;
}

export const kindOf = (message: Message): unknown => message.metadata?.event_type;

export const payloadOf = (message: Message | undefined): Record<string, unknown> =>
  (message?.metadata?.event_payload ?? {}) as Record<string, unknown>;

export const messageOf = (channel: Channel, kind: string): Message | undefined =>
  channel.messages.findLast((message) => kindOf(message) === kind);

/** The incident whose room this is, by its first message. */
export function incidentOf(channel: Channel): string {
  const id = payloadOf(messageOf(channel, "incident_context")).incident_id;
  if (typeof id !== "string") throw new Error(`#${channel.name} has no first message of an incident`);
  return id;
}

/** Every text of some blocks, in order. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join("\n");
  if (typeof value !== "object" || value === null) return "";
  return Object.entries(value)
    .map(([name, inner]) => (name === "text" && typeof inner === "string" ? inner : textOf(inner)))
    .filter(Boolean)
    .join("\n");
}

/** Action ids of all buttons of a message. */
export function actionsOf(message: Pick<Message, "blocks"> | undefined): string[] {
  return (message?.blocks ?? []).flatMap(({ elements }) =>
    Array.isArray(elements)
      ? elements.flatMap(({ action_id }) => (typeof action_id === "string" ? [action_id] : []))
      : [],
  );
}

/** The text of the one block that shows customers' words. */
export function blockText(message: Pick<Message, "blocks">, blockId: string): string | undefined {
  const block = message.blocks.find((one) => one.block_id === blockId);
  return (block?.text as { text?: string } | undefined)?.text;
}

/** The value that a button of this message carries. */
export function buttonValue(message: Pick<Message, "blocks">, actionId: string): string {
  for (const { elements } of message.blocks) {
    if (!Array.isArray(elements)) continue;
    const button = elements.find((element: { action_id?: string }) => element.action_id === actionId);
    if (typeof button?.value === "string") return button.value;
  }
  throw new Error(`the message has no button ${actionId}`);
}

/** A secret of this world, as Secrets Manager holds it. */
export async function readSecret(world: World, name: string): Promise<string> {
  const endpoint = world.parts.find((part) => part.name === "secrets")?.url;
  const client = new SecretsManagerClient({
    region: CAST.region,
    ...(endpoint === undefined ? {} : { endpoint }),
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: `${CAST.secretsPrefix}${name}` }));
    return SecretString ?? "";
  } finally {
    client.destroy();
  }
}

/** Resolves at the next change of the world, or after a moment for what changes silently. */
function changeOrTick(world: World): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(done, LOOK_AGAIN_MS);
    // A burst of changes is one look.
    const unsubscribe = world.onChange(() => setTimeout(done, LOOK_SOON_MS));
  });
}

const recentLines = (world: World): string => world.bridgeLines().slice(-25).join("\n");
