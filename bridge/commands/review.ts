import { LIMITS } from "../../shared/limits.ts";
import { closeReview } from "../incident/decide/card-actions.ts";
import type { Incident } from "../incident/state.ts";
import type { Instant } from "../platform/clock.ts";
import { elapsed } from "./elapsed.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions } from "./mrkdwn.ts";
import { type CommandContext, SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord, saysSomething, tooLong } from "./typed-text.ts";
import { updateNumber } from "./update-lines.ts";

/** Bound of one answer. */
const SHOWN_REVIEWS = 10;

/** `review`: closes the review that follows every use of break-glass; without words it lists those that are open. */
export const review: SlashCommand = {
  name: "review",
  takes: "[review id] [what you found]",
  summary: "the break-glass approvals to be reviewed; with an id and a finding, closes that review",
  group: "record",
  fits: ["over"],
  run: inRoom("review", (incident, context) =>
    context.args === "" ? openReviews(incident, context.now) : close(incident, context),
  ),
};

async function close(incident: Incident, { actor, args, act, lookUpApprover }: CommandContext): Promise<string> {
  const { word, rest: finding } = firstWord(args);
  const reviewId = word.toUpperCase();
  if (!saysSomething(finding)) {
    return `Nothing was recorded: the finding is missing. Type the id of the review and what you found: \`${SLASH} review REV-… what you found\`.`;
  }
  if (finding.length > LIMITS.summary) return tooLong("finding", finding, LIMITS.summary);

  const { userId, teamId: ourTeam } = actor;
  const facts = await lookUpApprover(userId);
  const refusal = await act(incident, (state, now) =>
    closeReview(state, { actor: userId, ourTeam, facts, reviewId, finding }, now),
  );
  if (refusal === undefined) return "Recorded: the review is closed with your finding.";
  const which = refusal.code === "review-unknown" ? ` \`${SLASH} review\` lists those that are open.` : "";
  return `${escapeKeepingMentions(refusal.message)}${which}`;
}

function openReviews(incident: Incident, now: Instant): string {
  const open = [...incident.reviews.values()].filter(({ closed }) => closed === undefined);
  if (open.length === 0) return "No review is open in this incident.";
  const more = open.length - SHOWN_REVIEWS;
  return [
    "*Open reviews*",
    ...open.slice(0, SHOWN_REVIEWS).map(({ reviewId, draftId, by, openedAt }) => {
      const reason = incident.drafts.get(draftId)?.breakGlass?.reason;
      const why = reason === undefined ? "" : `: ${escapeKeepingMentions(reason)}`;
      return `• \`${reviewId}\` – <@${by}> used break-glass for update ${updateNumber(incident, draftId)}, ${elapsed(now - openedAt)} ago${why}`;
    }),
    ...(more > 0 ? [`and ${more} more`] : []),
    `Somebody else who may approve closes one: \`${SLASH} review REV-… what you found\`.`,
  ].join("\n");
}
