import { isObject } from "../block-check.ts";
import { SlackError } from "../slack-error.ts";
import type { Json } from "../state.ts";

const invalid = (message: string): SlackError =>
  new SlackError("invalid_arguments", { response_metadata: { messages: [`[ERROR] ${message}`] } });

/** Arguments of one call: form fields are strings (objects as JSON text), a JSON body has real types. Both read alike. */
export class Arguments {
  constructor(readonly raw: Json) {}

  has(name: string): boolean {
    return this.raw[name] !== undefined && this.raw[name] !== null;
  }

  text(name: string): string | undefined {
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
