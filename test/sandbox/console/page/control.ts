/** What the control interface answers: Slack's own error names, and whatever else the call returns. */
export interface Answer {
  ok: boolean;
  error?: string;
  [field: string]: unknown;
}

/**
 * Sends one wish to the control interface. Never throws: an unreachable or unreadable sandbox is an answer like any other,
 * so that every control can show what went wrong in the same place.
 */
export async function control(
  path: string,
  body: Record<string, unknown> = {},
  method: "POST" | "DELETE" = "POST",
): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    const answer = readObject(text);
    if (!response.ok) return { ...answer, ok: false, error: errorIn(answer) ?? `HTTP ${response.status} from ${path}` };
    return { ok: true, ...answer };
  } catch (cause) {
    return { ok: false, error: `The sandbox did not answer ${path} (${String(cause)}). Is it still running?` };
  }
}

function readObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : { value };
  } catch {
    return text === "" ? {} : { text };
  }
}

function errorIn(answer: Record<string, unknown>): string | undefined {
  const error = answer.error ?? answer.message ?? answer.text;
  return typeof error === "string" && error !== "" ? error : undefined;
}

/** Slack's error names that a person of the sandbox meets, with what to do. Others are shown as they are. */
const REFUSALS: Record<string, string> = {
  execution_closed: "This control no longer works: the function that posted it has ended. Look for a newer card.",
  not_in_channel: "This person is not in the channel. Join it first.",
  dispatch_failed: "The app did not accept this. Is the bridge running?",
  operation_timeout: "The app did not answer within 3 seconds. Is the bridge running?",
  trigger_exception: "The app did not accept this. Is the bridge running?",
  user_is_restricted: "Guests may not do this.",
};

/** One sentence for the person who was refused. */
export function refusalText(answer: Answer): string {
  const error = answer.error ?? "The sandbox refused this.";
  const detail = typeof answer.detail === "string" && answer.detail !== "" ? `: ${answer.detail}` : "";
  return REFUSALS[error] ?? `${error}${detail}`;
}
