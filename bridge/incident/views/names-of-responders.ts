import { isUnread } from "../sealed-events.ts";
import type { Incident } from "../state.ts";

/** The people who were found, as far as their names can be read: what stands for a name is nobody's. */
export const namesOfResponders = ({ responders }: Incident): { name: string; slackId: string }[] =>
  (responders?.people ?? []).flatMap(({ name, userId }) => (isUnread(name) ? [] : [{ name, slackId: userId }]));
