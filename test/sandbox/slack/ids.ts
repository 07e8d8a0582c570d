import { randomBytes } from "node:crypto";
import type { SlackState } from "./state.ts";

/** A new id of Slack's look, unique within this state: `mint(state, "C")` → `C0700000001`. */
export function mint(state: SlackState, prefix: string): string {
  state.sequence.id += 1;
  return `${prefix}07${state.sequence.id.toString(36).toUpperCase().padStart(8, "0")}`;
}

/** A message stamp `<seconds>.<micros>`, strictly increasing whatever the clock does. */
export function nextTs(state: SlackState, now: number): string {
  state.sequence.micros = Math.max(state.sequence.micros + 1, now * 1000);
  const micros = state.sequence.micros;
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, "0")}`;
}

export const secret = (bytes = 12): string => randomBytes(bytes).toString("hex");
