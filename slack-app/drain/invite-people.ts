import * as z from "zod/mini";
import { LIMITS } from "../../shared/limits.ts";
import type { Slack } from "../slack-client.ts";
import type { StepEnd } from "./room-step.ts";

const PerUser = z.object({
  errors: z.optional(z.array(z.object({ user: z.optional(z.string()), error: z.string() }))),
});

/** Already there is what we wanted. */
const FINE = ["already_in_channel", "cant_invite_self"];

/** One call for everybody: with `force` Slack invites whom it can and names the rest. */
export async function invitePeople(slack: Slack, channel: string, people: readonly string[]): Promise<StepEnd> {
  if (people.length === 0) return { ok: true };
  const users = people.slice(0, LIMITS.invites).join(",");
  const reply = await slack.call("conversations.invite", { channel, users, force: true });
  const parsed = z.safeParse(PerUser, reply.body);
  const errors = (parsed.success ? parsed.data.errors : undefined) ?? [];
  const notInvited = errors.flatMap(({ user, error }) =>
    user !== undefined && people.includes(user) && !FINE.includes(error) ? [{ userId: user, error }] : [],
  );
  const left = notInvited.length > 0 ? { notInvited } : {};
  if (reply.ok || FINE.some((fine) => reply.error.startsWith(fine))) return { ok: true, ...left };
  if (reply.transient) return { later: reply };
  // Slack says `ok: false` with a list when some could not be invited; the others are in.
  const someAreIn = errors.length > 0 && notInvited.length < people.length;
  return someAreIn ? { ok: true, ...left } : { ok: false, error: reply.error, ...left };
}
