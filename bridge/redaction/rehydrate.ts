import { BARE, BRACKETED } from "./literals.ts";
import { isRedactionType, POLICIES } from "./policy.ts";
import type { Audience } from "./types.ts";
import type { Vault } from "./vault.ts";

/**
 * Puts back what `audience` may read. Placeholders are recognised as models write them: any case, escaped, brackets lost. One
 * that the vault never gave out was invented: it stays as it is and is listed in `unknown`, and such a text must not be used.
 * The result never goes into a later prompt.
 */
export function rehydrate(text: string, vault: Vault, audience: Audience): { text: string; unknown: string[] } {
  const unknown = new Set<string>();
  const replace = (match: string, ...rest: unknown[]): string => {
    const groups = rest.at(-1) as { type: string; n: string; own?: string };
    const type = groups.type.toUpperCase();
    const entry = isRedactionType(type) ? vault.lookUp(type, Number(groups.n)) : undefined;
    if (!isRedactionType(type) || !entry) {
      unknown.add(`[${type}_${groups.n}]`);
      return match;
    }
    const words = audience === "public" ? POLICIES[type].publicWords : (entry.shown ?? `[${type}_${groups.n}]`);
    return `${words}${groups.own ?? ""}`;
  };
  // One pass each: a value that itself looks like a placeholder is not read again, because literals were neutralised before.
  const pieces = text.split(BRACKETED_WHOLE);
  const put = pieces.map((piece, index) =>
    index % 2 === 1 ? piece.replace(BRACKETED, replace) : piece.replace(BARE, replace),
  );
  return { text: put.join(""), unknown: [...unknown] };
}

/** `split` keeps what a capture group matched, so that each piece is replaced once. */
const BRACKETED_WHOLE = new RegExp(`(${BRACKETED.source.replace(/\?<\w+>/g, "?:")})`, "gi");
