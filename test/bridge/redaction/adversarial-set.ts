import { allFakers } from "@faker-js/faker";
import type { DevCase } from "./dev-set.ts";
import { type Carrier, ENCODINGS, HUMAN_CARRIERS, MACHINE_CARRIERS } from "./drawn/carriers.ts";
import { one, some } from "./drawn/draw.ts";
import { ABOUT, NATIVE, PEOPLE } from "./drawn/people.ts";
import { SHAPED, type Shaped } from "./drawn/shaped.ts";

const CARRIERS: readonly Carrier[] = [...MACHINE_CARRIERS, ...HUMAN_CARRIERS];
const PER_VALUE = 5;
const ENCODED: ReadonlySet<string> = new Set(["email", "ip", "iban"]);

/**
 * Values crossed with what may surround them, in the open and encoded, and people of many cultures in what is said of people.
 * The same seed gives the same cases.
 */
export function adversarialCases(seed: number, rounds = 1): DevCase[] {
  const { en } = allFakers;
  en.seed(seed);
  const cases: DevCase[] = [];
  const add = (category: string, text: string, must_remove: string[], must_keep: string[]) => {
    cases.push({ id: `adv-${cases.length + 1}`, category, text, must_remove, must_keep });
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const draw of SHAPED) {
      for (const { carry, keeps } of some(en, CARRIERS, PER_VALUE)) {
        const shaped = draw(en);
        add(shaped.category, carry(shaped.written), [shaped.value], keptOf(shaped, keeps));
      }
      const shaped = draw(en);
      if (!ENCODED.has(shaped.category) || shaped.written !== shaped.value) continue;
      for (const encode of some(en, ENCODINGS, 4)) {
        const written = encode(shaped.value);
        add("encoded", `state ${written} returned 400`, [written], ["returned 400"]);
      }
    }
    for (const name of PEOPLE) {
      const [text, keep] = one(en, ABOUT)(name, one(en, PEOPLE));
      add("name_unlisted", text, telling(name), [keep]);
      const first = name.split(" ").find((part) => part.length > 3) ?? name;
      const [said, kept] = one(en, ABOUT.slice(0, 20))(first, one(en, PEOPLE));
      add("name_first", said, [first], [kept]);
    }
    for (const [text, value] of NATIVE) add("name_native", text, [value], []);
  }
  return cases;
}

const keptOf = ({ keep }: Shaped, keeps: string) => (keep === undefined ? [keeps] : [keeps, keep]);

/** The parts of a name that tell who it is. */
const telling = (name: string) =>
  name.split(" ").filter((part) => part.length > 2 && !/^(?:van|von|der|den|ten|dela|bint|binti|degli)$/i.test(part));
