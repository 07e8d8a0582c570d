import type { Json } from "./state.ts";

export type Surface = "message" | "modal";

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Collects what Slack would refuse, each with the JSON pointer of the failing part. */
export class BlockCheck {
  readonly problems: string[] = [];
  constructor(readonly surface: Surface) {}

  refuse(pointer: string, why: string): void {
    this.problems.push(`[ERROR] ${why} [json-pointer:${pointer}]`);
  }

  /** A string of `min`..`max` UTF-16 units. Absent is fine unless `required`. */
  string(at: Json, key: string, pointer: string, max: number, rule: { required?: boolean; min?: number } = {}): void {
    const value = at[key];
    if (value === undefined || value === null) {
      if (rule.required) this.refuse(pointer, `missing required field: ${key}`);
      return;
    }
    if (typeof value !== "string") {
      this.refuse(`${pointer}/${key}`, "must be a string");
      return;
    }
    if (value.length < (rule.min ?? 0))
      this.refuse(`${pointer}/${key}`, `must be more than ${(rule.min ?? 0) - 1} characters`);
    if (value.length > max) this.refuse(`${pointer}/${key}`, `must be less than ${max + 1} characters`);
  }

  /** A text composition object. */
  text(
    at: Json,
    key: string,
    pointer: string,
    max: number,
    rule: { required?: boolean; kind?: "plain_text" | "any" } = {},
  ): void {
    const value = at[key];
    const here = `${pointer}/${key}`;
    if (value === undefined || value === null) {
      if (rule.required) this.refuse(pointer, `missing required field: ${key}`);
      return;
    }
    if (!isObject(value)) {
      this.refuse(here, "must provide an object");
      return;
    }
    const plain = value.type === "plain_text";
    if (!plain && (value.type !== "mrkdwn" || rule.kind === "plain_text")) {
      this.refuse(`${here}/type`, rule.kind === "plain_text" ? "must be plain_text" : "unsupported text type");
      return;
    }
    this.string(value, "text", here, max, { required: true, min: 1 });
  }

  /** Items of a list of `min`..`max`, with their pointers. */
  list(at: Json, key: string, pointer: string, max: number, rule: { required?: boolean; min?: number } = {}) {
    const value = at[key];
    const here = `${pointer}/${key}`;
    if (value === undefined || value === null) {
      if (rule.required) this.refuse(pointer, `missing required field: ${key}`);
      return [];
    }
    if (!Array.isArray(value)) {
      this.refuse(here, "must be an array");
      return [];
    }
    if (value.length < (rule.min ?? 0)) this.refuse(here, `no fewer than ${rule.min ?? 0} items allowed`);
    if (value.length > max) this.refuse(here, `no more than ${max} items allowed`);
    return value.flatMap((item: unknown, index) => {
      if (isObject(item)) return [{ item, pointer: `${here}/${index}` }];
      this.refuse(`${here}/${index}`, "must provide an object");
      return [];
    });
  }

  number(at: Json, key: string, pointer: string, min: number, max: number): void {
    const value = at[key];
    if (value === undefined) return;
    if (typeof value !== "number" || value < min || value > max) {
      this.refuse(`${pointer}/${key}`, `must be a number between ${min} and ${max}`);
    }
  }
}
