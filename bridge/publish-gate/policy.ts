import type { IncidentClass } from "../../shared/vocabulary.ts";

/**
 * - `off`: one authorised person, the author included.
 * - `author-differs`: one authorised person who did not write the words.
 * - `two-person`: two of them, neither of whom wrote the words.
 */
export const POLICIES = ["off", "author-differs", "two-person"] as const;
export type ApprovalPolicy = (typeof POLICIES)[number];

/** What a wrong word costs decides: a security notice is never one person's call. */
const BY_CLASS: Record<IncidentClass, ApprovalPolicy> = {
  availability: "off",
  vendor: "off",
  default: "off",
  data: "author-differs",
  authorization: "author-differs",
  "access-safety": "author-differs",
  "evidence-pipeline": "author-differs",
  security: "two-person",
};

/** The policy of a class, tightened but never loosened by what services.yaml says. */
export const policyFor = (incidentClass: IncidentClass, configured: ApprovalPolicy | "default"): ApprovalPolicy => {
  const byClass = BY_CLASS[incidentClass];
  return configured !== "default" && POLICIES.indexOf(configured) > POLICIES.indexOf(byClass) ? configured : byClass;
};

export const approvalsNeeded = (policy: ApprovalPolicy): number => (policy === "two-person" ? 2 : 1);

/** What somebody who edits the text must know beforehand; undefined where they may approve their own words. */
export function policyNote(policy: ApprovalPolicy): string | undefined {
  switch (policy) {
    case "off":
      return undefined;
    case "author-differs":
      return "Whoever changes this text may not approve it: somebody else must.";
    case "two-person":
      return "Two people must approve this text, and whoever changes it is none of them.";
  }
}
