import { useConsole } from "./console-context.ts";
import { instantOf, preciseText } from "./time-text.ts";
import type { LoggedRequest } from "./world.ts";

/** What left for the model, to the letter: what is not here, the model was not told. */
export function ModelCallsTab() {
  const { world } = useConsole();
  const calls = world.bedrock.requests;
  if (calls.length === 0) return <p className="empty">No model has been called yet.</p>;
  return (
    <ol className="calls">
      {calls.toReversed().map((call, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: calls have no identity but their place in the log.
        <Call key={calls.length - index} call={call} number={calls.length - index} />
      ))}
    </ol>
  );
}

function Call({ call, number }: { call: LoggedRequest; number: number }) {
  const instant = instantOf(call.at as string | number | undefined);
  const parts = promptParts(call.body);
  return (
    <li className="call">
      <header>
        <h2>Call {number}</h2>
        <code>{decodeURIComponent(String(call.path ?? call.modelId ?? ""))}</code>
        {instant !== undefined && <time dateTime={new Date(instant).toISOString()}>{preciseText(instant)}</time>}
      </header>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place.
        <section key={index}>
          <h3>{part.role}</h3>
          <pre dir="auto">{part.text}</pre>
        </section>
      ))}
      <details>
        <summary>Whole request</summary>
        <pre dir="ltr">{requestText(call.body ?? call)}</pre>
      </details>
    </li>
  );
}

interface PromptPart {
  role: string;
  text: string;
}

/** System and message texts of a Converse request, in order. */
function promptParts(body: unknown): PromptPart[] {
  const { system, messages } = (readBody(body) ?? {}) as { system?: unknown; messages?: unknown };
  const texts = (content: unknown) =>
    (Array.isArray(content) ? content : [])
      .map((part: { text?: unknown }) => part.text)
      .filter((text): text is string => typeof text === "string");
  return [
    ...texts(system).map((text) => ({ role: "system", text })),
    ...(Array.isArray(messages) ? messages : []).flatMap(({ role, content }: { role?: string; content?: unknown }) =>
      texts(content).map((text) => ({ role: role ?? "message", text })),
    ),
  ];
}

function readBody(body: unknown): unknown {
  if (typeof body !== "string") return body;
  try {
    return JSON.parse(body);
  } catch {
    // Not JSON: the whole request below shows it as it is.
    return undefined;
  }
}

/** A body kept as text is shown byte for byte; a parsed one indented. */
export function requestText(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body, null, 2);
}
