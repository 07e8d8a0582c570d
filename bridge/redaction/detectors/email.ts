import type { Detector } from "../detector.ts";

const MAX_LOCAL = 64; // RFC 5321 §4.5.3.1
const LOCAL_CHAR = /[\p{L}\p{N}\p{M}._%+'~-]/u;
const DOMAIN =
  /[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}_-]{0,62})(?:\.[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}-]{0,62})){1,8}/uy;
/** Endings of files that no registry sells as a domain. */
const FILE = /\.(?:png|jpe?g|gif|svg|webp|js|ts|css|json|ya?ml|html?|txt|log|jar|tgz|gz|map|lock|xml|csv|tsx|jsx)$/i;
/** `git@host:path` names a repository. */
const REPOSITORY = /^(?:git|hg|svn)$/i;

/** Mail addresses with any script in them. */
export const email: Detector = {
  name: "email",
  detect(text, emit) {
    for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
      DOMAIN.lastIndex = at + 1;
      const domain = DOMAIN.exec(text)?.[0].replace(/[-_]+$/, "");
      if (domain === undefined || !isMailDomain(domain)) continue;
      const start = localStart(text, at);
      const local = text.slice(start, at);
      const end = at + 1 + domain.length;
      if (local === "" || (REPOSITORY.test(local) && text[end] === ":")) continue;
      emit("EMAIL", start, end);
    }
  },
};

function isMailDomain(domain: string): boolean {
  const last = domain.slice(domain.lastIndexOf(".") + 1);
  return /^(?:\p{L}[\p{L}\p{M}]{1,23}|xn--[a-z0-9-]{2,59})$/iu.test(last) && !FILE.test(domain);
}

function localStart(text: string, at: number): number {
  let start = at;
  // A quoted local part.
  if (text[at - 1] === '"') {
    const opening = text.lastIndexOf('"', at - 2);
    if (opening >= at - MAX_LOCAL && opening < at - 2 && !/[\n\s]/.test(text.slice(opening, at))) return opening;
  }
  while (start > 0 && at - start < MAX_LOCAL && LOCAL_CHAR.test(text.charAt(start - 1))) start -= 1;
  // The letter of a written-out `\n` belongs to the escape.
  if (text[start - 1] === "\\" && /[nrt]/.test(text.charAt(start)) && start + 1 < at) start += 1;
  while (start < at && /[.%+'~-]/.test(text.charAt(start))) start += 1;
  return start;
}
