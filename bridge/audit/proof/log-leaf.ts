import { isCanonical } from "./strict-json.ts";

/** An incident's stream had reached this entry. A head commits to all entries before it. */
export interface HeadLeaf {
  kind: "head";
  incident: string;
  epoch: number;
  seq: number;
  hash: string;
}

/** The signer's clock before and after it read the heads of a batch; also the heartbeat. Milliseconds. */
export interface TickLeaf {
  kind: "tick";
  from: number;
  to: number;
}

/** From this size on another key signs. */
export interface KeyLeaf {
  kind: "key";
  vkey: string;
  fromSize: number;
}

export type LogLeaf = HeadLeaf | TickLeaf | KeyLeaf;

const FIELDS: Record<LogLeaf["kind"], Record<string, (value: unknown) => boolean>> = {
  head: { incident: isText, epoch: isCount, seq: isCount, hash: isHash },
  tick: { from: isCount, to: isCount },
  key: { vkey: isText, fromSize: isCount },
};

/** Reads a leaf as it is stored; undefined when it is none or not in canonical form. */
export function parseLeaf(text: string): LogLeaf | undefined {
  if (text.length > 2_000 || !isCanonical(text)) return undefined;
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { kind, ...rest } = value as Record<string, unknown>;
  if (typeof kind !== "string" || !Object.hasOwn(FIELDS, kind)) return undefined;
  const fields = FIELDS[kind as LogLeaf["kind"]];
  const names = Object.keys(fields);
  if (Object.keys(rest).length !== names.length || !names.every((name) => fields[name]?.(rest[name]))) return undefined;
  return value as LogLeaf;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.length > 0 && value.length <= 300;
}
function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
function isHash(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
