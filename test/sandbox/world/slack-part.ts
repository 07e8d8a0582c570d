import type { FaultBoard } from "../faults.ts";

export interface SlackAnswer {
  ok: boolean;
  error?: string;
  [field: string]: unknown;
}
type SlackCall = (body: Record<string, unknown>) => Promise<SlackAnswer>;

export const SLACK_CALLS = [
  "run",
  "click",
  "submit",
  "close",
  "command",
  "message",
  "react",
  "pin",
  "join",
  "fire",
] as const;
export type SlackCallName = (typeof SLACK_CALLS)[number];

/** What the world needs of the local Slack. */
export type SlackPart = Record<SlackCallName, SlackCall> & {
  readonly url: string;
  readonly apiUrl: string;
  readonly triggers: { doorbell: string; links: Record<string, string> };
  snapshot(): unknown;
  /** Everything, as plain JSON, to start from again. */
  dump(): unknown;
  onChange(listener: (change: { type: string; [key: string]: unknown }) => void): () => void;
  stop(): Promise<void>;
};

export interface SlackPartOptions {
  root: string;
  env: Record<string, string>;
  faults: FaultBoard;
  deno?: boolean;
  port?: number;
  companion: {
    commandsUrl: () => string;
    interactionsUrl: () => string;
    signingSecret: string;
    botToken: string;
  };
  state?: unknown;
  log?: (line: string) => void;
}
export type StartSlack = (options: SlackPartOptions) => Promise<SlackPart>;
