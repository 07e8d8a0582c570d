import type { Submission } from "../../payload.ts";

/**
 * The same for a repeated delivery, and for a second try with the same words. Other words in the same modal are another
 * command: the bridge would else answer with what became of the first.
 */
export async function submissionId({ executionId, viewId, values }: Submission): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(values));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const words = Array.from(digest.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${executionId}:${viewId}:${words}`;
}
