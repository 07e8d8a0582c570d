import ignore, { type Ignore } from "ignore";

interface Rule {
  pattern: string;
  matcher: Ignore;
  owners: string[];
}

/** GitHub takes CODEOWNERS files up to 3 MB; ours to read is the beginning. */
const MAX_RULES = 5_000;

/**
 * Who owns these files: users and teams (`@login`, `@org/team`) or e-mail addresses, those of most files first. The last
 * pattern that matches a file wins, and one without owners takes them away.
 */
export function ownersOf(codeowners: string, files: readonly string[]): { owner: string; files: number }[] {
  const lastFirst = rulesOf(codeowners).reverse();
  const counts = new Map<string, number>();
  for (const file of files) {
    const rule = lastFirst.find((one) => matches(one, file));
    for (const owner of rule?.owners ?? []) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  return [...counts].map(([owner, files]) => ({ owner, files })).sort((a, b) => b.files - a.files);
}

function rulesOf(text: string): Rule[] {
  return text.split(/\r?\n/, MAX_RULES).flatMap((line) => {
    // A space within a path is written with a backslash before it.
    const [pattern, ...rest] = line.trim().split(/(?<!\\)\s+/);
    // Negation and character ranges are no part of GitHub's dialect: such lines are skipped, as GitHub skips them.
    if (pattern === undefined || pattern === "" || /^[#!]|[[\]]/.test(pattern)) return [];
    const comment = rest.findIndex((word) => word.startsWith("#"));
    const owners = (comment === -1 ? rest : rest.slice(0, comment)).filter((word) => OWNER.test(word));
    return [{ pattern, matcher: ignore({ ignorecase: false }).add(pattern), owners: [...new Set(owners)] }];
  });
}

const OWNER = /^(@[A-Za-z0-9][A-Za-z0-9-]{0,60}(\/[A-Za-z0-9._-]{1,100})?|[^\s@<>]{1,64}@[^\s@<>]{1,200})$/;

function matches({ pattern, matcher }: Rule, file: string): boolean {
  if (!ignore.isPathValid(file) || !matcher.ignores(file)) return false;
  if (!pattern.endsWith("/*")) return true;
  // In .gitignore a matched directory takes everything below it along; `docs/*` of CODEOWNERS means the files right in docs.
  const directory = file.slice(0, file.lastIndexOf("/") + 1);
  return directory === "" || !matcher.ignores(directory);
}
