import type { OutboxItem } from "../../shared/contracts/outbox.ts";
import { log } from "../log.ts";
import { archiveRoom } from "./archive-room.ts";
import { assembleRoom } from "./assemble-room.ts";
import { invitePerson } from "./invite-person.ts";
import { paintMessage } from "./paint-message.ts";
import { readRoom } from "./read-room.ts";
import { removeMessage } from "./remove-message.ts";
import { repaintCard } from "./repaint-card.ts";
import { failedWith } from "./report-failure.ts";
import { rereadMessages } from "./reread-messages.ts";
import { setBookmark } from "./set-bookmark.ts";
import { setTopic } from "./set-topic.ts";
import { showCard } from "./show-card.ts";
import type { Work } from "./work.ts";

/** Does one piece of work and reports it. True when all of it was done; never throws. */
export async function runItem(item: OutboxItem, { report, ...rest }: Work): Promise<boolean> {
  const work: Work = { ...rest, report: (effectId, told) => report(effectId, told, item.trace) };
  try {
    switch (item.kind) {
      case "assemble-room":
        return await assembleRoom(item, work);
      case "paint-message":
        return await paintMessage(item, work);
      case "show-card":
        return await showCard(item, work);
      case "repaint-card":
        return await repaintCard(item, work);
      case "invite-person":
        return await invitePerson(item, work);
      case "remove-message":
        return await removeMessage(item, work);
      case "read-room":
        return await readRoom(item, work);
      case "set-topic":
        return await setTopic(item, work);
      case "reread-messages":
        return await rereadMessages(item, work);
      case "set-bookmark":
        return await setBookmark(item, work);
      case "archive-room":
        return await archiveRoom(item, work);
    }
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown.message : "unexpected failure";
    log("error", "item_failed", { kind: item.kind, effectId: item.effectId, attempt: item.attempt });
    return await failedWith(item.effectId, { error }, work);
  }
}
