import { isObject } from "./block-check.ts";

const WHOLE = /^\s*\{\{\s*([A-Za-z0-9_.]+)\s*\}\}\s*$/;
const PART = /\{\{\s*([A-Za-z0-9_.]+)\s*\}\}/g;

/** What templates may name: `inputs`, `data`, `steps`, `event_timestamp`. */
export type Scope = Record<string, unknown>;

function lookUp(scope: Scope, path: string): unknown {
  let value: unknown = scope;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

const asText = (value: unknown): string =>
  value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** Fills `{{inputs.x}}` and its kin anywhere in `value`. Alone in a string it keeps its type; absent becomes undefined. */
export function fillTemplates(value: unknown, scope: Scope): unknown {
  if (typeof value === "string") {
    const whole = WHOLE.exec(value)?.[1];
    if (whole) return lookUp(scope, whole);
    return value.replace(PART, (_, path: string) => asText(lookUp(scope, path)));
  }
  if (Array.isArray(value)) return value.map((item) => fillTemplates(item, scope));
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillTemplates(item, scope)]));
  }
  return value;
}

/** As `fillTemplates`, without the keys that came out undefined. */
export const fillInputs = (inputs: Record<string, unknown>, scope: Scope): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(inputs)
      .map(([key, value]) => [key, fillTemplates(value, scope)] as const)
      .filter(([, value]) => value !== undefined),
  );
