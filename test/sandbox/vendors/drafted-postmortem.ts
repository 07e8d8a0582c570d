interface Statement {
  text: string;
  sources: string[];
}

interface Claim {
  text: string;
  sources: string[];
}

const STAMP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d):\d\d UTC – /;
const MAX_NARRATIVE = 14;

/**
 * What a model that was told to use the record's words answers: it knows the statements of the request and nothing else. When
 * `untruthful`, every second sentence is spoiled in the way models spoil them.
 */
export function draftedPostmortem(prompt: string, untruthful: boolean): string {
  const statements = statementsIn(prompt);
  const timeline = statements.filter(({ text }) => STAMP.test(text));
  const told = timeline.filter(
    ({ text }) => !/^[^–]*– (?:The bridge read|The room was reminded|A piece of work)/.test(text),
  );
  const narrative = told.slice(0, MAX_NARRATIVE).map(asSentence);
  const impact = statements
    .filter(({ text }) => /^(?:As reported at|Customers were first told)/.test(text))
    .slice(0, 4);
  const factors = statements
    .filter(
      ({ text }) => /^(?:Last deploys|Commits|[\w-]+ summed it up)\b.*: /.test(text) && !/could not be read/.test(text),
    )
    .slice(0, 4);
  const unread = statements.find(({ text }) => / could not be read: /.test(text));
  const parts = { narrative, impact, contributing_factors: factors };
  const spoiled = Object.fromEntries(
    Object.entries(parts).map(([part, claims]) => [
      part,
      claims.length === 0 ? "INCONCLUSIVE" : claims.map((claim, at) => (untruthful ? spoil(claim, at) : claim)),
    ]),
  );
  const actions = unread
    ? [{ text: `Fix ${what(unread.text)}`, because: unread.text, sources: unread.sources }]
    : "INCONCLUSIVE";
  return `Here is the draft.\n\`\`\`json\n${JSON.stringify({ ...spoiled, actions }, null, 1)}\n\`\`\``;
}

const what = (text: string) => text.replace(/ could not be read: .*$/s, "").toLowerCase();

function statementsIn(prompt: string): Statement[] {
  const json = /<facts>\n([\s\S]*)\n<\/facts>/.exec(prompt)?.[1];
  const facts = (json === undefined ? {} : JSON.parse(json)) as Record<string, string>;
  return Object.entries(facts).map(([key, text]) => ({ text, sources: key.match(/E#\d+/g) ?? [] }));
}

/** `2026-… 09:44:07 UTC – Commander-1 took command.` becomes `At 09:44 UTC commander-1 took command.` */
const asSentence = ({ text, sources }: Statement): Claim => ({
  text: text.replace(STAMP, (_, _date, time: string) => `At ${time} UTC `),
  sources,
});

/** Numbers, causes, entries and negations that are not there. */
function spoil({ text, sources }: Claim, at: number): Claim {
  switch (at % 8) {
    case 1:
      return { text: text.replace(/\d/, (digit) => String((Number(digit) + 3) % 10)), sources };
    case 3:
      return { text: text.replace(/\.$/, " because of a memory leak."), sources };
    case 5:
      return { text, sources: ["E#9999"] };
    case 7:
      return {
        text: text.replace(/ (took|was|opened|closed|asked|approved) /, " never $1 "),
        sources: [...sources, "E#1"],
      };
    default:
      return { text, sources };
  }
}
