import type { Control } from "../../../shared/contracts/views.ts";
import type { ComponentStatus, LinkTrigger, Severity } from "../../../shared/vocabulary.ts";
import type { Instant } from "../../platform/clock.ts";
import type { ApprovalPolicy } from "../../publish-gate/policy.ts";
import type { TextScan } from "../decide/approve.ts";
import type { PageTarget } from "../decide/paging.ts";

/** What views need beside the state. The same on every replica, so that all derive the same views. */
export interface ViewWorld {
  /** URL of each link trigger. */
  links: Readonly<Record<LinkTrigger, string>>;
  componentName(id: string): string;
  /** As the page showed it when it was last read, some minutes ago at most; undefined while the page has not said. */
  componentStatus(id: string): { status: ComponentStatus; readAt: Instant } | undefined;
  /** How the status page is called on cards: its id and environment. */
  page: string;
  /** Milliseconds without a customer update before the room is reminded; undefined = never. */
  nudgeEveryMs(severity: Severity): number | undefined;
  archiveAfterMs: number;
  /** What the scan of a public text finds: to be edited out, or to be ticked by a person. */
  scan(title: string, body: string): TextScan;
  /** Components that a first holding statement names; empty: none is wanted for this service and severity. */
  holdingComponents(service: string, severity: Severity): readonly string[];
  /** What services.yaml demands of approvals for a service. */
  approvalPolicy(service: string): ApprovalPolicy | "default";
  /** OnCall schedule that is paged when no approver answers; undefined: none is configured. */
  approversPage: string | undefined;
  /** After this long without an approval the approvers are called again. */
  askAgainMs: number;
  /** OnCall schedule of a service, where it has one. */
  onCallSchedule(service: string): string | undefined;
  /** Whom services.yaml names for `role:legal`, `external:…` and the like of a runbook; undefined: nobody. */
  escalation(to: string): PageTarget | undefined;
  /** How often a room is read for suggestions of what belongs into the record; undefined: no model makes any. */
  markEveryMs: number | undefined;
  /** Slack id of the approver group, to mention it; undefined while it is not known. */
  approverGroupId: string | undefined;
}

/** A workflow button that opens a form for this incident. */
export const control = (
  world: ViewWorld,
  incidentId: string,
  trigger: LinkTrigger,
  label: string,
  style?: Control["style"],
): Control => ({
  label,
  url: world.links[trigger],
  inputs: { incident_id: incidentId },
  ...(style ? { style } : {}),
});
