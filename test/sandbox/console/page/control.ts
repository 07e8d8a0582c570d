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
export async function control(path: string, body: Record<string, unknown> = {}): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method: "POST",
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
