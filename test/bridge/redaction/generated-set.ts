import { createHash } from "node:crypto";
import { allFakers } from "@faker-js/faker";
import type { DevCase } from "./dev-set.ts";
import { addresses } from "./drawn/addresses.ts";
import { doors } from "./drawn/doors.ts";
import type { Add, Writer } from "./drawn/draw.ts";
import { emails } from "./drawn/emails.ts";
import { keeps } from "./drawn/keeps.ts";
import { keyed } from "./drawn/keyed.ts";
import { money } from "./drawn/money.ts";
import { names } from "./drawn/names.ts";
import { network } from "./drawn/network.ts";
import { phones } from "./drawn/phones.ts";
import { spellings } from "./drawn/spellings.ts";
import { secrets } from "./drawn/tokens.ts";

const REFERENCE = "2026-03-02T09:41:07Z";

/** Languages that names are drawn from, in turn. */
const LOCALES = [
  "en",
  "de",
  "fr",
  "es",
  "it",
  "nl",
  "sv",
  "nb_NO",
  "da",
  "fi",
  "pl",
  "cs_CZ",
  "pt_BR",
  "tr",
  "en_IN",
  "en_NG",
  "id_ID",
  "ru",
  "uk",
  "hu",
  "ro",
  "en_ZA",
  "vi",
  "hr",
] as const;

const WRITERS: readonly Writer[] = [
  emails,
  phones,
  network,
  secrets,
  keyed,
  doors,
  spellings,
  money,
  names,
  addresses,
  keeps,
];

/**
 * Cases nobody wrote a rule for: values drawn from a seed, put into the texts that rooms about incidents are full of. The same seed
 * gives the same cases; another seed gives others.
 */
export function generatedCases(seed: number, rounds = 12): DevCase[] {
  const cases: DevCase[] = [];
  const { en } = allFakers;
  en.seed(seed);
  // Else "recent" is counted from now, and no two runs measure the same.
  en.setDefaultRefDate(REFERENCE);
  const add: Add = (category, text, must_remove, must_keep = [], more = {}) => {
    cases.push({ id: `gen-${cases.length + 1}`, category, text, must_remove, must_keep, ...more });
  };
  for (let round = 0; round < rounds; round += 1) {
    const local = allFakers[LOCALES[round % LOCALES.length] ?? "en"];
    if (local !== en) local.seed(seed + round);
    for (const write of WRITERS) write(en, add, local);
  }
  return cases;
}

/** Cases of a seed as one digest, so that a report can say which set it measured. */
export const digestOf = (cases: readonly DevCase[]) =>
  createHash("sha256").update(JSON.stringify(cases)).digest("hex").slice(0, 12);
