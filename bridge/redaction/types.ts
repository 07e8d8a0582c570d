/** Where a value stood in the input, in UTF-16 units, and what replaced it. Never the value. */
export interface Finding {
  /** `EMAIL`, `SECRET`, `PERSON` and so on; `LITERAL` for text that only looked like a placeholder. */
  type: string;
  start: number;
  end: number;
  placeholder: string;
}

declare const redacted: unique symbol;

/** Text that went through `redact`. Nothing else can make one, so nothing else can reach a model. */
export type RedactedText = string & { readonly [redacted]: true };

/** A person whose every form of name must go: responders, directory groups, members of the room. */
export type KnownName = string | { name: string; email?: string; slackId?: string; handles?: string[] };

/** Who will read the text that comes back. */
export type Audience = "responder" | "public";
