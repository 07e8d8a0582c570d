import type { Actor } from "../../shared/contracts/commands.ts";
import type { LinkTrigger, Severity } from "../../shared/vocabulary.ts";
import type { Declaration } from "../api/declare-incident.ts";
import type { ReadAuditFacts } from "../audit/reading/audit-facts.ts";
import type { Briefs } from "../briefs.ts";
import type { Grace } from "../incident/archive-due.ts";
import type { Decision, Refusal } from "../incident/decision.ts";
import type { Incident } from "../incident/state.ts";
import type { OfferProof } from "../offered-proof.ts";
import type { PreparePage } from "../paging/prepare-page.ts";
import type { Instant } from "../platform/clock.ts";
import type { ApproverFacts } from "../publish-gate/approver.ts";
import type { Library } from "../runbooks/load-runbooks.ts";
import type { Situation } from "./situation.ts";

/** The order in which `help` shows what can be typed. */
export const COMMAND_GROUPS = ["now", "people", "customers", "record"] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** URLs of the forms behind Slack's controls. One that is not installed is absent. */
export type FormLinks = Partial<Record<LinkTrigger, string>>;

/** What a command reaches beside the incident it was typed in. */
export interface CommandPorts {
  /** How long a room outlives its incident. */
  grace: Grace;
  /** Names what this command puts into the record: the same for a repeated delivery. */
  noteId: string;
  /**
   * Records what `decide` decides as an act of whoever typed: once, however often Slack sends the same command.
   * Answers why nothing was recorded, or undefined when it is recorded.
   */
  act(incident: Incident, decide: (state: Incident, now: Instant) => Decision): Promise<Refusal | undefined>;
  /** Who a person is, read live. */
  lookUpApprover(userId: string): Promise<ApproverFacts>;
  preparePage: PreparePage;
  /** The status page's entry behind a public link. */
  findOnPage(link: string): Promise<{ targetId: string; rev: string } | "unreadable" | "not-there">;
  /** What brings this person up to date. */
  brief: Briefs;
  /** Another incident, by its id; undefined where there is none. */
  findIncident(id: string): Promise<Incident | undefined>;
  /** Opens an incident with a room as an act of whoever typed, and answers its id: the same for a repeated command. */
  declareIncident(wish: Pick<Declaration, "title" | "service" | "severity">): Promise<string>;
  /** Names of the services there are. */
  services: readonly string[];
  /** An incident id that nobody else will have. */
  reserveIncident(): Promise<string>;
  /** The runbooks as their files read now. */
  library: Library;
  /** The opening rule. */
  opensRoom(severity: Severity): boolean;
  /** What is read about a proof before it counts. */
  offerProof: OfferProof;
  /** How the record of an incident stands. */
  auditFacts: ReadAuditFacts;
  /** An address that gives this person the incident's bundle for some minutes. */
  bundleLink(incident: string, userId: string): Promise<string>;
  /** Whether words hold something that looks like a secret. */
  carriesSecret(text: string): boolean;
}

export interface CommandContext extends CommandPorts {
  /** The incident whose war room this was typed in; undefined anywhere else. */
  incident: Incident | undefined;
  /** Who typed it, from Slack's signed form; of our workspace. */
  actor: Actor;
  /** What was typed after the word, in normal form C. */
  args: string;
  links: FormLinks;
  now: Instant;
  /** The list itself, for the command that explains it. */
  registry: readonly SlashCommand[];
}

/** One word of `/incident-response`. */
export interface SlashCommand {
  name: string;
  /** What may follow the word, as `help` shows it. */
  takes?: string;
  /** What it does, as a fragment without a full stop. */
  summary: string;
  group: CommandGroup;
  /** Where `help` shows it first. */
  fits?: readonly Situation[];
  /** The answer as Slack mrkdwn, for the asker alone. */
  run(context: CommandContext): string | Promise<string>;
}

export const SLASH = "/incident-response";
