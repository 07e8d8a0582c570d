import type { LITERAL, RedactionType } from "./policy.ts";

/** A range of the original text that must go. */
export interface Span {
  type: RedactionType | typeof LITERAL;
  start: number;
  end: number;
  priority: number;
  /** The value as the detector read it, decoded and with its look-alikes replaced. */
  value: string;
  /** A roster person or term: its own identity, and what may come back. */
  known?: { id: string; shown: string };
  /** For a literal: what is written instead. */
  instead?: string;
}
