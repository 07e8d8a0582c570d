import type { CommandOutput } from "../../bridge/audit/command-output.ts";

/** What a command has written, for whoever would have read it. */
export function screen(): CommandOutput & { out(): string; err(): string } {
  const written: { out: string[]; err: string[] } = { out: [], err: [] };
  return {
    stdout: { write: (text) => written.out.push(text) },
    stderr: { write: (text) => written.err.push(text) },
    out: () => written.out.join(""),
    err: () => written.err.join(""),
  };
}
