import { checkClaims } from "./check-claims.ts";
import { turns, wordsOf } from "./claim-words.ts";
import type { Sentence } from "./sentence.ts";

/** Something to be done, and the sentence that shows the need. Both rest on `sources`. */
export interface Action extends Sentence {
  because: string;
}

const VERBS = "add check document fix improve link make measure remove review test write";
/** What this trade adds, besides what the record names. */
const THINGS =
  "alert alarm automatic automatically backup budget capacity chart check dashboard detection documentation faster guide how into it limit link log metric " +
  "monitor note on-call owner page query release rollback runbook so step template test threshold timeout to from by trace";
const ALLOWED = new Set(wordsOf(`${VERBS} ${THINGS}`).map(({ stem }) => stem));
const FIRST = new Set(wordsOf(VERBS).map(({ stem }) => stem));

/**
 * Keeps the actions whose need the record shows and which speak of nothing but what stands in it: they begin with a verb of
 * a fixed list, every other word is one of the cited entries or of the tools of this trade, and no number or name is new. An
 * action is a wish; that it is a good one, nobody can check.
 */
export function checkActions(
  actions: readonly Action[],
  record: readonly Sentence[],
): { kept: Action[]; dropped: { action: Action; why: string }[] } {
  const kept: Action[] = [];
  const dropped: { action: Action; why: string }[] = [];
  for (const action of actions) {
    const need = checkClaims([{ text: action.because, sources: action.sources }], record);
    const [proven] = need.kept;
    const why = proven
      ? wordingProblem(action, proven.sources, record)
      : (need.dropped[0]?.why ?? "nothing shows the need");
    if (why === undefined) kept.push({ ...action, sources: proven?.sources ?? [] });
    else dropped.push({ action, why });
  }
  return { kept, dropped };
}

function wordingProblem({ text }: Action, sources: readonly number[], record: readonly Sentence[]): string | undefined {
  const words = wordsOf(text);
  if (!FIRST.has(words[0]?.stem ?? "")) return `it does not begin with one of: ${VERBS}`;
  const statements = record.filter((statement) => statement.sources.every((seq) => sources.includes(seq)));
  const known = new Set(statements.flatMap((statement) => wordsOf(statement.text)).map(({ stem }) => stem));
  const foreign = words.find(({ stem }) => !known.has(stem) && !ALLOWED.has(stem));
  if (foreign) return `no cited entry holds “${foreign.stem}”`;
  const turning = words.find(({ stem }) => turns(stem) && !ALLOWED.has(stem) && stem !== "be");
  return turning && `it holds “${turning.stem}”, which would make a claim of a wish`;
}
