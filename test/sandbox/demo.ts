import { inPlainForm, type RecordedEvent } from "../../bridge/incident/sealed-events.ts";
import { verifyAudit } from "./verify-audit.ts";
import type { SlackCallName } from "./world/slack-part.ts";
import type { World, WorldSnapshot } from "./world/world.ts";

/** A person needs this long to read a card; a click within three seconds of its showing is refused. */
const READING_MS = 3_500;
const WAIT_MS = 60_000;

export interface DemoStep {
  ok: boolean;
  name: string;
  /** What was seen, or what was waited for in vain. */
  detail: string;
  ms: number;
}

type Channel = WorldSnapshot["slack"]["channels"][number];
type Message = Channel["messages"][number];

/** Thrown by a step that did not happen. */
class DidNotHappen extends Error {
  override readonly name = "DidNotHappen";
}

/**
 * Plays one incident from the alert to the postmortem with scripted people, each step through the control interface's own
 * calls, and waits for what it should cause. Ends at the first step that does not happen. True when all did.
 */
export async function playDemo(world: World, report: (step: DemoStep) => void): Promise<boolean> {
  const act = async (call: SlackCallName, body: Record<string, unknown>) => {
    const answer = await world.slack(call, body);
    if (!answer.ok) {
      throw new DidNotHappen(
        `Slack answered ${answer.error} to ${call} ${JSON.stringify({ ...answer, ok: undefined })}`,
      );
    }
    return answer;
  };
  const seen = async <T>(what: string, probe: (snapshot: WorldSnapshot) => T | undefined): Promise<T> => {
    const found = await world.until(probe, WAIT_MS);
    if (found === undefined) throw new DidNotHappen(`waited ${WAIT_MS / 1_000} s for ${what}`);
    return found;
  };
  /** Opens a form by its link trigger and submits it. */
  const fillIn = async (user: string, trigger: string, channel: string, values: Record<string, unknown>) => {
    const opened = await act("run", { user, trigger, channel });
    if (typeof opened.view_id !== "string") throw new DidNotHappen(`${trigger} opened no form for ${user}`);
    const sent = await act("submit", { user, view_id: opened.view_id, values });
    if (sent.errors !== undefined) throw new DidNotHappen(`the form ${trigger} refused ${JSON.stringify(sent.errors)}`);
    return opened.view_id;
  };
  const recorded = async (
    incident: string,
    type: string,
    which: (event: Record<string, unknown>) => boolean = () => true,
  ): Promise<Record<string, unknown>> => {
    const deadline = Date.now() + WAIT_MS;
    do {
      const found = (await eventsOf(world, incident)).find((event) => event.type === type && which(event));
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    } while (Date.now() < deadline);
    throw new DidNotHappen(`waited ${WAIT_MS / 1_000} s for ${type} in the ledger of ${incident}`);
  };

  let room: Channel | undefined;
  let incident = "";
  let publicId = "";
  const inRoom = (snapshot: WorldSnapshot) => snapshot.slack.channels.find(({ id }) => id === room?.id);
  const card = (snapshot: WorldSnapshot, version: (message: Message) => boolean) =>
    inRoom(snapshot)?.messages.findLast((message) => kindOf(message) === "approval_card" && version(message));
  const known = new Set(world.snapshot().slack.channels.map(({ id }) => id));
  const knownIssues = new Set(world.snapshot().linear.issues.map(({ id }) => id));
  const knownPublic = new Set(world.snapshot().statuspage.incidents.map(({ id }) => id));
  const cards = new Set<string>();

  /** The update is asked for, shown, read and approved; answers what customers then read. */
  const publish = async (status: string, impact: string, components: Record<string, unknown>) => {
    await fillIn("sam", "draft_status_update", roomId(room), { status, impact, ...components });
    const shown = await seen("an approval card with Approve & Publish", (snapshot) =>
      card(snapshot, (message) => !cards.has(message.ts) && hasAction(message, "approve_publish")),
    );
    cards.add(shown.ts);
    // Reading takes time; a click before the bridge has known of the card for as long would be refused.
    await recorded(incident, "DraftShown", ({ ts }) => ts === shown.ts);
    await new Promise((resolve) => setTimeout(resolve, READING_MS));
    const approver = approverIn(world.snapshot(), roomId(room));
    await act("click", { user: approver, channel: roomId(room), ts: shown.ts, action_id: "approve_publish" });
    const update = await seen(`"${status}" on the public page`, ({ statuspage }) =>
      statuspage.incidents.find(
        (one) => (publicId === "" ? !knownPublic.has(one.id) : one.id === publicId) && one.status === status,
      ),
    );
    publicId = update.id;
    return { approver, text: update.incident_updates[0]?.body ?? "", link: update.shortlink };
  };

  const steps: [name: string, run: () => Promise<string>][] = [
    [
      "a SEV1 alert of payments is accepted",
      async () => {
        const { status, body, ms } = await world.alert({ fixture: "oncall-alert-group-created" });
        if (status < 200 || status > 299) throw new DidNotHappen(`HTTP ${status}: ${JSON.stringify(body)}`);
        return `HTTP ${status} in ${ms} ms`;
      },
    ],
    [
      "a war room opens with the people on call",
      async () => {
        room = await seen("a new channel inc-… with alex and the first message in it", ({ slack }) => {
          const alex = slack.users.find(({ name }) => name === "alex")?.id ?? "";
          return slack.channels.find(
            (channel) =>
              channel.name.startsWith("inc-") &&
              !known.has(channel.id) &&
              channel.members.includes(alex) &&
              channel.messages.some((message) => kindOf(message) === "incident_context"),
          );
        });
        incident = String(payloadOf(room.messages.find((one) => kindOf(one) === "incident_context")).incident_id);
        const people = world.snapshot().slack.users.filter(({ id, is_bot }) => !is_bot && room?.members.includes(id));
        return `#${room.name}: ${people.map(({ name }) => name).join(", ")}`;
      },
    ],
    [
      "alex takes command",
      async () => {
        await fillIn("alex", "take_command", roomId(room), {});
        await recorded(incident, "CommandTaken");
        return incident;
      },
    ],
    [
      "/incident-response status answers in the room",
      async () => {
        const answer = await act("command", {
          user: "alex",
          channel: roomId(room),
          command: "/incident-response",
          text: "status",
        });
        const text = JSON.stringify([answer.response, answer.messages]);
        if (!text.includes(incident))
          throw new DidNotHappen(`the answer does not name ${incident}: ${text.slice(0, 300)}`);
        return "it names the incident";
      },
    ],
    [
      "sam asks for a customer update, it is read in full and approved",
      async () => {
        const { approver, text, link } = await publish("investigating", "Card payments fail for some customers", {
          components: ["Payments API"],
          component_status: "partial_outage",
        });
        return `${approver} approved; customers read at ${link}: ${oneLine(text)}`;
      },
    ],
    [
      "the page is updated to resolved, approved again",
      async () => {
        const { approver, text } = await publish("resolved", "Card payments work again", {
          components: ["Payments API"],
          component_status: "operational",
        });
        return `${approver} approved; customers read: ${oneLine(text)}`;
      },
    ],
    [
      "alex resolves the incident",
      async () => {
        await fillIn("alex", "resolve_incident", roomId(room), {
          summary: "A deploy lowered the card gateway's timeout; it was rolled back.",
          outcome: "resolved",
          override_reason: "The alert clears within minutes; it is watched by hand.",
        });
        await recorded(incident, "IncidentResolved");
        return "recorded";
      },
    ],
    [
      "the postmortem is filed in Linear",
      async () => {
        const issue = await seen("a new issue in Linear", ({ linear }) =>
          linear.issues.find(({ id }) => !knownIssues.has(id)),
        );
        await recorded(incident, "PostmortemFiled");
        return `${issue.identifier}: ${issue.title}`;
      },
    ],
    [
      "the audit trail proves itself",
      async () => {
        const { code, text } = await verifyAudit(["--live"], { SANDBOX_URL: world.url });
        if (code !== 0) throw new DidNotHappen(`the verifier answered ${code}: ${text}`);
        return text.trim().replaceAll("\n", "; ");
      },
    ],
  ];

  for (const [name, run] of steps) {
    const began = performance.now();
    const ms = () => Math.round(performance.now() - began);
    try {
      const detail = await run();
      report({ ok: true, name, detail, ms: ms() });
    } catch (error) {
      if (!(error instanceof DidNotHappen)) throw error;
      report({ ok: false, name, detail: error.message, ms: ms() });
      return false;
    }
  }
  return true;
}

async function eventsOf(world: World, incident: string): Promise<({ type: string } & Record<string, unknown>)[]> {
  const items = await world.ledger(incident);
  const recorded = items.flatMap(({ body }) => (JSON.parse(body) as { events: RecordedEvent[] }).events);
  return recorded.map((event) => ({ ...inPlainForm(event) }));
}

/** jordan is of the approver group; who is not in the room cannot see the card, then the commander approves. */
function approverIn({ slack }: WorldSnapshot, channel: string): string {
  const jordan = slack.users.find(({ name }) => name === "jordan")?.id ?? "";
  return slack.channels.find(({ id }) => id === channel)?.members.includes(jordan) ? "jordan" : "alex";
}

function roomId(room: Channel | undefined): string {
  if (!room) throw new DidNotHappen("there is no war room");
  return room.id;
}

const kindOf = (message: Message): unknown => message.metadata?.event_type;

const payloadOf = (message: Message | undefined): Record<string, unknown> =>
  (message?.metadata?.event_payload ?? {}) as Record<string, unknown>;

const hasAction = (message: Message, actionId: string): boolean =>
  message.blocks.some((block) => {
    const elements: unknown = block.elements;
    return Array.isArray(elements) && elements.some((element) => element.action_id === actionId);
  });

const oneLine = (text: string): string => JSON.stringify(text.length > 160 ? `${text.slice(0, 159)}…` : text);
