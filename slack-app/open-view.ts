import * as z from "zod/mini";
import type { View } from "./blocks/modal.ts";
import { log } from "./log.ts";
import type { Slack } from "./slack-client.ts";

const Opened = z.object({ view: z.object({ id: z.string() }) });

/** Opens a view and gives its id; undefined when the pointer had run out, which is logged. */
export async function openedView(slack: Slack, pointer: string, view: View): Promise<string | undefined> {
  const reply = await slack.call("views.open", { interactivity_pointer: pointer, view });
  const opened = z.safeParse(Opened, reply.body);
  if (reply.ok && opened.success) return opened.data.view.id;
  log("warn", "view_not_opened", { view: view.callback_id, error: reply.ok ? "no view id" : reply.error });
  return undefined;
}

/** Replaces an open view. Somebody may have closed it meanwhile, so a failure is only logged. */
export async function showView(slack: Slack, viewId: string, view: View): Promise<void> {
  const reply = await slack.call("views.update", { view_id: viewId, view });
  if (!reply.ok) log("warn", "view_not_updated", { view: view.callback_id, error: reply.error });
}
