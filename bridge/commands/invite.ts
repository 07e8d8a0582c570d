import { callIn, cannotComeIn } from "../incident/decide/call-in.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions, escapeMrkdwn } from "./mrkdwn.ts";
import { SLASH, type SlashCommand } from "./slash-command.ts";
import { mentionedPeople } from "./typed-text.ts";

/** Each is looked up live within one answer; more than this is a channel, not a call for help. */
const MAX_PEOPLE = 10;

/** `invite`: brings people into the room, on record. Whom that cannot work for is named, each with the reason. */
export const invite: SlashCommand = {
  name: "invite",
  takes: "[@person …]",
  summary: "brings people into this room, on record",
  group: "people",
  run: inRoom("invite", async (incident, { args, actor, act, lookUpApprover }) => {
    const { userIds, rest } = mentionedPeople(args);
    if (userIds.length === 0)
      return `Nobody was invited: mention the people, as in \`${SLASH} invite @name @name\`. Groups cannot be invited.`;
    if (userIds.length > MAX_PEOPLE)
      return `Nobody was invited: ${userIds.length} people at once are too many; mention at most ${MAX_PEOPLE}.`;

    const looked = await Promise.all(userIds.map(async (userId) => ({ userId, facts: await lookUpApprover(userId) })));
    const left = looked.flatMap(({ userId, facts }) => {
      const why = cannotComeIn(facts, actor.teamId);
      return why === undefined ? [] : [{ userId, why }];
    });
    const wanted = userIds.filter((userId) => !left.some((one) => one.userId === userId));
    const refusal =
      wanted.length === 0
        ? undefined
        : await act(incident, (state) => callIn(state, { actor: actor.userId, userIds: wanted }));
    if (refusal !== undefined) return escapeKeepingMentions(refusal.message);
    return [
      ...(wanted.length === 0
        ? ["Nobody was invited."]
        : [`Recorded: ${mentions(wanted)} will be invited. If Slack does not let somebody in, the room is told.`]),
      ...left.map(({ userId, why }) => `• Not invited: <@${userId}> ${why}.`),
      ...(rest === ""
        ? []
        : [`• Nobody is called "${escapeMrkdwn(rest.slice(0, 80)).replaceAll("`", "'")}" here: only mentions count.`]),
    ].join("\n");
  }),
};

const mentions = (userIds: readonly string[]): string => userIds.map((userId) => `<@${userId}>`).join(", ");
