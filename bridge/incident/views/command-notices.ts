import { nextToPage } from "../escalations.ts";
import type { Incident } from "../state.ts";
import { linksOf } from "./context-view.ts";
import type { Notice } from "./gate-notices.ts";
import { control, type ViewWorld } from "./view-world.ts";

/** What the room is told about command and its phones, each once: lapsed, silent, abandoned, nobody left, phones that ring on. */
export function commandNotices(state: Incident, world: ViewWorld): Notice[] {
  if (state.status !== "open") return [];
  return [...lapsed(state), ...silent(state, world), ...nobodyLeft(state, world), ...ringingOn(state)];
}

const notice = (state: Incident, key: string, text: string, more: Partial<Notice["view"]> = {}): Notice => ({
  key,
  view: { kind: "notice", incidentId: state.id, text, controls: [], ...more },
});

const lapsed = (state: Incident): Notice[] =>
  state.offers.flatMap(({ lapsedAt, closedBy, to, by }, index) =>
    lapsedAt === undefined || closedBy !== undefined
      ? []
      : [
          notice(
            state,
            `lapsed-${index + 1}`,
            `<@${to}> has not accepted command. <@${by}> still has it; <@${to}> is being paged.`,
            { mention: by },
          ),
        ],
  );

function silent(state: Incident, world: ViewWorld): Notice[] {
  const { commander, commandQuestionedAt, commandAbandonedAt } = state;
  if (commander === undefined || commandQuestionedAt === undefined) return [];
  const take = (label: string) => [control(world, state.id, "take_command", label, "primary")];
  if (commandAbandonedAt === undefined) {
    const text = "you have command and have recorded nothing for a while. Are you there?";
    return [
      notice(state, `silent-${commandQuestionedAt}`, text, { mention: commander, controls: take("I have command") }),
    ];
  }
  const text = `<@${commander}> has command and does not answer. The next person is being paged; anybody here may take command now.`;
  return [notice(state, `abandoned-${commandAbandonedAt}`, text, { controls: take("Take command") })];
}

/** Everybody who could be paged for command has been, and nobody took it. */
function nobodyLeft(state: Incident, world: ViewWorld): Notice[] {
  const paged = [...state.pages.values()].some(({ request }) => request.cause === "command-offer");
  if (state.commander !== undefined || !paged || nextToPage(state, world) !== undefined) return [];
  const text =
    "Everybody who could be paged has been paged, and nobody has command. Take it, or page somebody by name.";
  const controls = [
    control(world, state.id, "take_command", "Take command", "primary"),
    control(world, state.id, "page_someone", "Page someone"),
  ];
  return [notice(state, "nobody-left", text, { controls })];
}

const ringingOn = (state: Incident): Notice[] =>
  [...state.onCallGroups].flatMap(([groupId, { delayed, state: stands }]) => {
    if (delayed === undefined || stands !== "firing") return [];
    const link = linksOf(state).find(({ title }) => title === "Alert group");
    const where = link === undefined ? "in OnCall" : `in OnCall: ${link.url}`;
    const text = `Phones go on ringing: the alert group could not be acknowledged from here (${delayed}). It is tried again; acknowledge it by hand ${where}`;
    return [notice(state, `ringing-${groupId}`, text)];
  });
