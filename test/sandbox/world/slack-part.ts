import type { LocalSlack, LocalSlackOptions } from "../slack/local-slack.ts";

/** The human activities in Slack that the control interface offers. */
export const SLACK_CALLS = [
  "run",
  "click",
  "submit",
  "close",
  "command",
  "message",
  "edit",
  "delete",
  "react",
  "pin",
  "join",
  "fire",
  "workflow",
] as const;
export type SlackCallName = (typeof SLACK_CALLS)[number];

/** Slack's own form: `ok`, and its error name when not. */
export interface SlackAnswer {
  ok: boolean;
  error?: string;
  [field: string]: unknown;
}

/** What the world needs of the local Slack. */
export type SlackPart = Pick<
  LocalSlack,
  SlackCallName | "url" | "apiUrl" | "triggers" | "snapshot" | "dump" | "onChange" | "stop"
>;
export type StartSlack = (options: LocalSlackOptions) => Promise<SlackPart>;

/** One activity by name. The body's shape was checked by the caller; whether it may happen, Slack decides. */
export function actInSlack(slack: SlackPart, call: SlackCallName, body: Record<string, unknown>): Promise<SlackAnswer> {
  return (slack[call] as (act: Record<string, unknown>) => Promise<SlackAnswer>)(body);
}
