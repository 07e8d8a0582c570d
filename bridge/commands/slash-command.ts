import type { LinkTrigger } from "../../shared/vocabulary.ts";
import type { Incident } from "../incident/state.ts";
import type { Instant } from "../platform/clock.ts";

/** The order in which `help` shows what can be typed. */
export const COMMAND_GROUPS = ["now", "people", "customers", "record"] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** URLs of the forms behind Slack's controls. One that is not installed is absent. */
export type FormLinks = Partial<Record<LinkTrigger, string>>;

export interface CommandContext {
  /** The incident whose war room this was typed in; undefined anywhere else. */
  incident: Incident | undefined;
  links: FormLinks;
  now: Instant;
  /** The list itself, for the command that explains it. */
  registry: readonly SlashCommand[];
}

/** One word of `/incident-response`. */
export interface SlashCommand {
  name: string;
  /** What it does, as a fragment without a full stop. */
  summary: string;
  group: CommandGroup;
  /** The answer as Slack mrkdwn, for the asker alone. */
  run(context: CommandContext): string;
}

export const SLASH = "/incident-response";
