import { isObject } from "../block-check.ts";
import { SlackError } from "../slack-error.ts";
import type { Json } from "../state.ts";

const invalid = (message: string): SlackError =>
  new SlackError("invalid_arguments", { response_metadata: { messages: [`[ERROR] ${message}`] } });

/** Arguments of real methods that change nothing that this Slack shows. */
const WITHOUT_EFFECT_HERE = [
  ...["unfurl_links", "unfurl_media", "mrkdwn", "link_names", "parse", "as_user", "username", "icon_emoji", "icon_url"],
  ...["team_id", "include_locale", "include_num_members", "include_disabled", "limit", "cursor", "exclude_archived"],
];

/** Arguments of one call: form fields are strings (objects as JSON text), a JSON body has real types. Both read alike. */
export class Arguments {
  readonly #read = new Set<string>();
  constructor(readonly raw: Json) {}

  /** Names that were given and that the method did not look at. */
  unread(): string[] {
    return Object.keys(this.raw).filter((name) => !this.#read.has(name) && !WITHOUT_EFFECT_HERE.includes(name));
  }

  has(name: string): boolean {
    this.#read.add(name);
    return this.raw[name] !== undefined && this.raw[name] !== null;
  }

  text(name: string): string | undefined {
    this.#read.add(name);
    const value = this.raw[name];
    if (value === undefined || value === null) return undefined;
    return typeof value === "string" ? value : JSON.stringify(value);
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === "") throw invalid(`missing required field: ${name}`);
    return value;
  }

  flag(name: string): boolean {
    this.#read.add(name);
    const value = this.raw[name];
    return value === true || value === "true" || value === "1" || value === 1;
  }

  number(name: string, fallback: number, min: number, max: number): number {
    const value = this.text(name);
    if (value === undefined || value === "") return fallback;
    const number = Number(value);
    if (!Number.isFinite(number)) throw invalid(`${name} must be a number`);
    return Math.min(max, Math.max(min, Math.floor(number)));
  }

  json(name: string): unknown {
    this.#read.add(name);
    const value = this.raw[name];
    if (typeof value !== "string") return value ?? undefined;
    if (value === "") return undefined;
    try {
      return JSON.parse(value);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw name === "blocks" ? new SlackError("invalid_blocks_format") : invalid(`${name} is not valid JSON`);
    }
  }

  object(name: string): Json {
    const value = this.json(name);
    if (!isObject(value))
      throw invalid(value === undefined ? `missing required field: ${name}` : `${name} must be an object`);
    return value;
  }

  /** A comma-separated string or a JSON array of strings. */
  strings(name: string): string[] {
    this.#read.add(name);
    const value = this.raw[name];
    const list = typeof value === "string" && value.startsWith("[") ? this.json(name) : value;
    if (Array.isArray(list)) return list.map(String);
    return typeof list === "string"
      ? list
          .split(",")
          .map((part) => part.trim())
          .filter(Boolean)
      : [];
  }
}
