import type { AuditWitnessView } from "../../shared/contracts/views.ts";
import { type Rendered, sections } from "./block-kit.ts";
import { sentence } from "./text.ts";

/** The digest and nothing else, so that it can be copied as it stands. */
export function auditWitness({ digest }: AuditWitnessView): Rendered {
  const line = sentence(digest, 100);
  return { text: line.text, blocks: sections([line]) };
}
