import { redact } from "../redaction/index.ts";

const PLACEHOLDER = /\[([A-Z]+(?:_[A-Z]+)*)_\d+\]/g;

/**
 * Text that other people wrote, as the ledger may hold it for ever: personal data and secrets replaced by what they were. Texts
 * are redacted one by one, so that the numbers of placeholders would tell two people from one; they are left out.
 */
export const withoutPeople = (text: string): string => redact(text).text.replace(PLACEHOLDER, "[$1]");
