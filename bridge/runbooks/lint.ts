import { createHash } from "node:crypto";
import { LINK_TRIGGERS } from "../../shared/vocabulary.ts";
import { canonical } from "../ledger/canonical.ts";
import { isoDurationMs } from "../services/iso-duration.ts";
import { parseMatch } from "./matchers.ts";
import { isObservedFact } from "./observed-facts.ts";
import { ATTACK_PATHS, type Immediate, type Runbook } from "./schema.ts";
import { AWAITED_ALERTS, SHIPPED_ALERTS } from "./shipped-alerts.ts";
import { TEMPLATES } from "./templates.ts";
import { VERBS } from "./verbs.ts";

/** One thing that a runbook must not be. `path` is where, as keys from the root. */
export interface Finding {
  lint: string;
  path: readonly (string | number)[];
  reason: string;
}

interface Lint {
  id: string;
  check(runbook: Runbook, known: Known): Finding[];
}

/** What a runbook is held against beside itself. */
export interface Known {
  /** File name without its ending. */
  fileName: string;
  /** Every id of the library, this one included. */
  ids: ReadonlySet<string>;
}

const MINUTE = 60_000;
/** Durations are checked by the schema. */
const ms = (duration: string): number => isoDurationMs(duration) ?? 0;

const MAX_ACTION = 140;
const MAX_WORDS = 120;
const MAX_DUE_MS = 15 * MINUTE;
const MAX_CAPTURE_MS = 2 * MINUTE;
/** One attached copy is one ledger entry of at most 32 KB. */
export const MAX_CANONICAL_BYTES = 24 * 1024;
/** A section holds 3,000 characters; the rest of the line is state, people and times. */
const MAX_RENDERED = 2_000;
/** As long as a service name may be. */
const LONGEST_SERVICE = "s".repeat(80);
const PLACEHOLDER = /\b(todo|tbd|tbc|fixme|xxx+|lorem|changeme|placeholder)\b|<(?!@)[a-z_ -]+>|\?\?\?/i;
const PRESERVING_CLASSES = ["security", "access-safety", "authorization", "evidence-pipeline", "data"];

const KNOWN_ALERTS = { ...AWAITED_ALERTS, ...SHIPPED_ALERTS };

const limiting = ({ kind }: Immediate) => kind === "contain" || kind === "revoke";

const action = (id: string, check: (action: Immediate, runbook: Runbook) => string | undefined): Lint => ({
  id,
  check: (runbook) =>
    runbook.immediate.flatMap((one, index) => {
      const reason = check(one, runbook);
      return reason === undefined ? [] : [{ lint: id, path: ["immediate", index], reason }];
    }),
});

const evidence = (
  id: string,
  check: (item: Runbook["evidence"][number], runbook: Runbook) => string | undefined,
): Lint => ({
  id,
  check: (runbook) =>
    runbook.evidence.flatMap((one, index) => {
      const reason = check(one, runbook);
      return reason === undefined ? [] : [{ lint: id, path: ["evidence", index], reason }];
    }),
});

const whole = (id: string, check: (runbook: Runbook, known: Known) => Omit<Finding, "lint">[]): Lint => ({
  id,
  check: (runbook, known) => check(runbook, known).map((finding) => ({ lint: id, ...finding })),
});

const at = (path: Finding["path"], reason: string) => ({ path, reason });

/** Every rule that the schema alone cannot hold. */
export const LINTS: readonly Lint[] = [
  action("L01", ({ do: words }) =>
    words.length > MAX_ACTION || /[.!?]\s+\S/.test(words)
      ? `says more than one sentence of ${MAX_ACTION} characters`
      : undefined,
  ),
  action("L02", ({ do: words }) => {
    const first = words.split(/\s/, 1)[0] ?? "";
    return VERBS.has(first) ? undefined : `begins with "${first}", which is no verb of verbs.ts`;
  }),
  action("L03", ({ by }) => (ms(by) > MAX_DUE_MS ? "is due later than 15 min after the room opened" : undefined)),
  action("L04", ({ undo, approval }) =>
    undo === null && approval === "none" ? "cannot be undone, so it needs an approval" : undefined,
  ),
  whole("L05", ({ communicate }) =>
    communicate.flatMap(({ audience, via_gate }, index) =>
      (audience === "customers" || audience === "affected") && !via_gate
        ? [at(["communicate", index], "words for customers go through the publish gate")]
        : [],
    ),
  ),
  evidence("L06", ({ id, phase, volatility }, { immediate }) =>
    phase === "contain" && volatility !== "minutes" && !immediate.some(({ destroys }) => destroys.includes(id))
      ? "neither vanishes in minutes nor is destroyed by an action, so it waits for preserve"
      : undefined,
  ),
  evidence("L07", ({ phase, budget }) =>
    phase === "contain" && (budget === undefined || ms(budget) > MAX_CAPTURE_MS)
      ? "is taken during contain, so it needs a budget of at most PT2M"
      : undefined,
  ),
  evidence("L08", ({ phase, collect, role }, { immediate }) =>
    phase === "contain" && collect === "human" && immediate.some((one) => limiting(one) && one.role === role)
      ? `is taken during contain by ${role}, whose hands limit the damage; give it to another role or the bot`
      : undefined,
  ),
  whole("L09", ({ id, immediate, evidence: items }) => {
    // There the damage is the loss of evidence itself.
    if (id === "audit-chain-integrity") return [];
    const fleeting = items.some(({ phase, volatility }) => phase === "contain" && volatility === "minutes");
    return immediate.flatMap(({ kind, by }, index) =>
      kind === "capture" && !fleeting && immediate.some((one) => limiting(one) && ms(one.by) > ms(by))
        ? [at(["immediate", index], "captures before the damage is limited what would still be there afterwards")]
        : [],
    );
  }),
  whole("L10", ({ immediate }) => {
    const first = Math.min(...immediate.filter(limiting).map(({ by }) => ms(by)));
    return immediate.flatMap(({ kind, by }, index) =>
      ms(by) < first && kind !== "assign" && kind !== "notify"
        ? [at(["immediate", index], `is a ${kind} that comes before the damage is limited`)]
        : [],
    );
  }),
  whole("L11", unknownIds),
  whole("L12", ({ immediate }) => [
    ...(immediate.some(limiting) ? [] : [at(["immediate"], "nothing here limits the damage")]),
    ...immediate.flatMap((one, index) =>
      limiting(one) &&
      one.after.some((id) =>
        immediate.some((other) => other.id === id && ["capture", "communicate"].includes(other.kind)),
      )
        ? [at(["immediate", index, "after"], "limiting the damage waits for evidence or for words")]
        : [],
    ),
  ]),
  whole("L13", ({ immediate, evidence: items }) =>
    immediate.flatMap(({ destroys }, index) =>
      destroys.some((id) => items.some((item) => item.id === id && item.phase !== "contain"))
        ? [at(["immediate", index, "destroys"], "destroys evidence that is only taken later; take it during contain")]
        : [],
    ),
  ),
  whole("L14", ({ class: kind, immediate, no_path }) => {
    if (kind !== "security") return [];
    const closed = new Set(immediate.flatMap(({ path, also_paths }) => [path, ...also_paths]));
    return ATTACK_PATHS.flatMap((path) => {
      const absent = no_path.includes(path);
      if (closed.has(path) === absent) {
        const reason = absent ? "is both closed and said not to exist" : "is neither closed nor listed in no_path";
        return [at(absent ? ["no_path"] : ["immediate"], `the path ${path} ${reason}`)];
      }
      return [];
    });
  }),
  whole("L15", ({ class: kind, severity }) =>
    kind === "security" && severity.hold_until.length === 0
      ? [at(["severity", "hold_until"], "a security runbook holds its severity until at least one check is proven")]
      : [],
  ),
  whole("L16", ({ severity, gate }) =>
    severity.hold_until.flatMap((id, index) =>
      gate.some((check) => check.id === id && !check.required)
        ? [at(["severity", "hold_until", index], `holds severity on ${id}, which is not required`)]
        : [],
    ),
  ),
  whole("L17", ({ class: kind, privacy }) =>
    kind === "security" && privacy.auto_draft
      ? [at(["privacy", "auto_draft"], "a security runbook drafts nothing by itself")]
      : [],
  ),
  action("L18", ({ kind, approval }) =>
    kind === "communicate" && approval !== "publish-gate"
      ? "speaks to customers, so its approval is publish-gate; use notify for our own people"
      : undefined,
  ),
  whole("L19", (runbook) =>
    textsOf(runbook).flatMap(({ path, text }) =>
      PLACEHOLDER.test(text.replaceAll("catalog:<service>", "")) ? [at(path, "holds a placeholder word")] : [],
    ),
  ),
  whole("L20", ({ id, diagnose, related }, { ids }) =>
    [
      ...diagnose.flatMap(({ answers }, question) =>
        answers.flatMap(({ then }, index) =>
          "route" in then ? [{ path: ["diagnose", question, "answers", index], to: then.route }] : [],
        ),
      ),
      ...related.map((to, index) => ({ path: ["related", index], to })),
    ].flatMap(({ path, to }) => (ids.has(to) || to === id ? [] : [at(path, `leads to ${to}, which does not exist`)])),
  ),
  whole("L21", ({ id, diagnose, related }) => [
    ...diagnose.flatMap(({ answers }, index) =>
      answers.some(({ then }) => "route" in then && then.route === id)
        ? [at(["diagnose", index], "routes to the runbook it stands in")]
        : [],
    ),
    ...(related.includes(id) ? [at(["related"], "names the runbook it stands in")] : []),
  ]),
  whole("L22", ({ status, rehearsed_at, exercised_at }) =>
    status === "exercised" && rehearsed_at === undefined && exercised_at === undefined
      ? [at(["status"], "is exercised without the day of a drill")]
      : [],
  ),
  whole("L23", ({ class: kind, recovery }) => [
    ...(kind === "security" && !recovery.some(({ id }) => id === "pause")
      ? [at(["recovery"], "a security runbook always has pause, for when clean cannot be told from dirty")]
      : []),
    ...(new Set(recovery.map(({ id }) => id)).size < recovery.length
      ? [at(["recovery"], "offers the same option twice")]
      : []),
  ]),
  whole("L24", ({ immediate }) => {
    const words = immediate.reduce((sum, { do: text }) => sum + text.split(/\s+/).length, 0);
    return words > MAX_WORDS
      ? [at(["immediate"], `holds ${words} words; ${MAX_WORDS} is what somebody reads at 3 a.m.`)]
      : [];
  }),
  whole("L25", ({ communicate }) =>
    communicate.flatMap(({ template }, index) =>
      TEMPLATES.has(template) ? [] : [at(["communicate", index, "template"], `${template} is no template`)],
    ),
  ),
  whole("L26", ({ id }, { fileName }) => (id === fileName ? [] : [at(["id"], `is ${id} in a file named ${fileName}`)])),
  whole("L27", ({ triggers }) => {
    const seen = new Set<string>();
    return triggers.flatMap(({ kind, match, condition }, index) => {
      const parsed = parseMatch(match);
      if (!parsed.ok) return [at(["triggers", index, "match"], parsed.reason)];
      if (kind === "alert" && parsed.matchers.length === 0)
        return [at(["triggers", index, "match"], "matches every alert; name at least one label")];
      const key = `${kind}|${match}|${condition ?? ""}`;
      const twice = seen.has(key);
      seen.add(key);
      return twice ? [at(["triggers", index], "is there twice")] : [];
    });
  }),
  whole("L28", ({ triggers }) =>
    triggers.flatMap(({ match, severity, condition }, index) => {
      const parsed = parseMatch(match);
      if (!parsed.ok) return [];
      const named = parsed.matchers.flatMap(({ label, exact, alternatives }) =>
        label === "alertname" && exact ? alternatives.flat() : [],
      );
      return named.flatMap((name) => {
        const thresholds = Object.hasOwn(KNOWN_ALERTS, name) ? (KNOWN_ALERTS[name] ?? []) : [];
        if (thresholds.length === 0) return [];
        if (thresholds.some((one) => one.severity === severity && one.condition === condition)) return [];
        return [at(["triggers", index], `does not say what the alert ${name} says`)];
      });
    }),
  ),
  whole("L29", tooLong),
  whole("L30", ({ id, checklist }) => {
    if (id !== "default") return [];
    return [
      ...(checklist.length === 11
        ? []
        : [at(["checklist"], `holds ${checklist.length} items; the default holds eleven`)]),
      ...checklist.flatMap(({ done_by, event, role }, index) =>
        (done_by === "event" ? isObservedFact(event) : role !== undefined)
          ? []
          : [at(["checklist", index], "has neither an event that the bridge observes nor a role")],
      ),
    ];
  }),
  whole("L31", ({ class: kind, gate }) =>
    PRESERVING_CLASSES.includes(kind) &&
    !gate.some(({ id, proof, required }) => id === "evidence-preserved" && proof === "bundle" && required)
      ? [at(["gate"], `a runbook of class ${kind} carries the required check evidence-preserved with proof bundle`)]
      : [],
  ),
  action("L32", ({ link, command, status }) =>
    link === undefined && command === undefined && status !== "gap"
      ? "has neither link nor command; add one, or say status: gap"
      : undefined,
  ),
];

export const lintRunbook = (runbook: Runbook, known: Known): Finding[] =>
  LINTS.flatMap((lint) => lint.check(runbook, known));

function unknownIds(runbook: Runbook): Omit<Finding, "lint">[] {
  const { immediate, evidence: items, diagnose, gate, checklist, severity } = runbook;
  const groups = { immediate, evidence: items, diagnose, gate, checklist };
  const seen = new Set<string>();
  const twice = Object.entries(groups).flatMap(([group, list]) =>
    list.flatMap(({ id }, index) => {
      const known = seen.has(id);
      seen.add(id);
      return known ? [at([group, index, "id"], `the id ${id} is used twice`)] : [];
    }),
  );
  const actions = new Set(immediate.map(({ id }) => id));
  const evidenceIds = new Set(items.map(({ id }) => id));
  const missing = (path: Finding["path"], ids: readonly string[], known: ReadonlySet<string>, what: string) =>
    ids.filter((id) => !known.has(id)).map((id) => at(path, `${id} is no ${what} of this runbook`));
  return [
    ...twice,
    ...missing(["severity", "hold_until"], severity.hold_until, new Set(gate.map(({ id }) => id)), "gate check"),
    ...immediate.flatMap(({ destroys, parallel_with, after, link }, index) => [
      ...missing(["immediate", index, "destroys"], destroys, evidenceIds, "evidence"),
      ...missing(["immediate", index, "parallel_with"], parallel_with, actions, "immediate action"),
      ...missing(["immediate", index, "after"], after, actions, "immediate action"),
      ...unknownForm(["immediate", index, "link"], link),
    ]),
    ...diagnose.flatMap(({ answers }, question) =>
      answers.flatMap(({ then }, index) =>
        "add_action" in then
          ? missing(["diagnose", question, "answers", index], [then.add_action], actions, "immediate action")
          : [],
      ),
    ),
    ...gate.flatMap(({ proof, query }, index) =>
      proof === "ledger" && !isObservedFact(query)
        ? [at(["gate", index], `reads "${query ?? "nothing"}" from the ledger, which the bridge does not observe`)]
        : [],
    ),
    ...items.flatMap(({ collect, where }, index) =>
      where.startsWith("ledger:") && (collect !== "bot" || !isObservedFact(where.slice("ledger:".length)))
        ? [at(["evidence", index, "where"], `${where} is nothing that the bridge observes by itself`)]
        : [],
    ),
  ];
}

/** Forms of ours that a runbook may lead to. */
const FORM_LINKS: ReadonlySet<string> = new Set(LINK_TRIGGERS);

const unknownForm = (path: Finding["path"], link: string | undefined) =>
  link?.startsWith("form:") && !FORM_LINKS.has(link.slice("form:".length))
    ? [at(path, `${link} is no form of ours`)]
    : [];

/** What the room shows of one runbook must fit into one message, and its copy into one ledger entry. */
function tooLong(runbook: Runbook): Omit<Finding, "lint">[] {
  const filled = (text: string) => text.replaceAll("{{service}}", LONGEST_SERVICE);
  const bytes = Buffer.byteLength(canonicalText(runbook));
  return [
    ...(bytes > MAX_CANONICAL_BYTES
      ? [at([], `is ${bytes} bytes long; at most ${MAX_CANONICAL_BYTES} are attached`)]
      : []),
    ...runbook.immediate.flatMap(({ do: words, link = "", command = "", why = "", expect = "" }, index) =>
      [words, link, command, why, expect].map(filled).join(" ").length > MAX_RENDERED
        ? [at(["immediate", index], "is too long for one section of a Slack message once filled in")]
        : [],
    ),
  ];
}

function textsOf(value: unknown, path: (string | number)[] = []): { path: (string | number)[]; text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((one, index) => textsOf(one, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => textsOf(one, [...path, key]));
}

/** The one text of a runbook: what is attached, hashed and shown is this. */
export const canonicalText = (runbook: Runbook): string => canonical(withoutAbsent(runbook));

export const runbookHash = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** Absent keys may be there with the value undefined, which has no canonical form. */
const withoutAbsent = (runbook: Runbook): unknown => JSON.parse(JSON.stringify(runbook).normalize("NFC"));
