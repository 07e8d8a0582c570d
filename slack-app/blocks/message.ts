import type { MessageView } from "../../shared/contracts/views.ts";
import { alertGroups } from "./alert-groups.ts";
import { alertLine } from "./alert-line.ts";
import { auditWitness } from "./audit-witness.ts";
import type { Rendered } from "./block-kit.ts";
import { closing } from "./closing.ts";
import { commandOffer } from "./command-offer.ts";
import { headline, headlineRaised } from "./headline.ts";
import { incidentChecklist } from "./incident-checklist.ts";
import { incidentContext } from "./incident-context.ts";
import { joinRequest } from "./join-request.ts";
import { notice } from "./notice.ts";
import { nudge } from "./nudge.ts";
import { page } from "./page.ts";
import { postmortem } from "./postmortem.ts";

/** Draws any message of the room; data in, blocks out. */
export function message(view: MessageView): Rendered {
  switch (view.kind) {
    case "incident_context":
      return incidentContext(view);
    case "incident_checklist":
      return incidentChecklist(view);
    case "command_offer":
      return commandOffer(view);
    case "nudge":
      return nudge(view);
    case "closing":
      return closing(view);
    case "postmortem":
      return postmortem(view);
    case "alert_line":
      return alertLine(view);
    case "headline":
      return headline(view);
    case "headline_raised":
      return headlineRaised(view);
    case "join_request":
      return joinRequest(view);
    case "alert_groups":
      return alertGroups(view);
    case "audit_witness":
      return auditWitness(view);
    case "notice":
      return notice(view);
    case "page":
      return page(view);
  }
}
