import type { SecretSpec } from "./catalogue.ts";
import { secretProblems, takesItsEnd, writtenEnd } from "./catalogue.ts";
import type { SecretStore } from "./store.ts";

/** What became of one secret. `note` never holds a value. */
export interface SecretLine {
  name: string;
  state: "ok" | "missing" | "wrong" | "written" | "kept" | "no-entry" | "not-rotated";
  note: string;
}

/** Values a person gave, by name; the text as it will be stored. */
export type GivenValues = ReadonlyMap<string, string>;

/** Whether a run with these lines may be called a success. */
export const allWell = (lines: readonly SecretLine[]): boolean =>
  lines.every(({ state }) => state === "ok" || state === "written" || state === "kept");

/** Looks at every secret and changes nothing. */
export async function checkSecrets(specs: readonly SecretSpec[], store: SecretStore): Promise<SecretLine[]> {
  return Promise.all(
    specs.map(async (spec): Promise<SecretLine> => {
      const value = await store.read(spec.name);
      if (value === undefined) {
        return spec.optional
          ? { name: spec.name, state: "ok", note: "not set; optional" }
          : { name: spec.name, state: "missing", note: spec.about };
      }
      const problems = secretProblems(spec, value);
      return problems.length === 0
        ? { name: spec.name, state: "ok", note: endNote(spec, value) }
        : { name: spec.name, state: "wrong", note: problems.join("; ") };
    }),
  );
}

/** Fills what is empty, from the values given or made where we make the value. Never replaces one. */
export async function seedSecrets(
  specs: readonly SecretSpec[],
  store: SecretStore,
  given: GivenValues,
  environment: string,
): Promise<SecretLine[]> {
  return Promise.all(
    specs.map(async (spec): Promise<SecretLine> => {
      if ((await store.read(spec.name)) !== undefined) {
        return { name: spec.name, state: "kept", note: "has a value already; `rotate` replaces it" };
      }
      const value = given.get(spec.name) ?? spec.make?.(environment);
      if (value !== undefined) return put(spec, value, store);
      return spec.optional
        ? { name: spec.name, state: "kept", note: "not given; optional" }
        : { name: spec.name, state: "missing", note: spec.about };
    }),
  );
}

/** Replaces one value. The old one stays valid until the next rotation, so both ends can be changed one after the other. */
export async function rotateSecret(
  spec: SecretSpec,
  store: SecretStore,
  given: GivenValues,
  environment: string,
): Promise<SecretLine> {
  if (spec.keep) {
    return { name: spec.name, state: "not-rotated", note: "a new value would make what is stored unreadable" };
  }
  const value = given.get(spec.name) ?? spec.make?.(environment);
  if (value === undefined) return { name: spec.name, state: "missing", note: `give the new value: ${spec.about}` };
  const line = await put(spec, value, store);
  if (line.state !== "written") return line;
  return { ...line, note: [`now change the other end: ${spec.about}`, line.note].filter(Boolean).join("; ") };
}

/** What is known of the key's end. Nothing: the bridge can only watch its age. */
function endNote(spec: SecretSpec, value: string): string {
  if (!takesItsEnd(spec)) return "";
  const end = writtenEnd(spec, value);
  return end === undefined ? "no expires_at beside it, so only its age is watched" : `ends ${end}`;
}

async function put(spec: SecretSpec, value: string, store: SecretStore): Promise<SecretLine> {
  const problems = secretProblems(spec, value);
  if (problems.length > 0) return { name: spec.name, state: "wrong", note: problems.join("; ") };
  const written = await store.write(spec.name, value);
  return written
    ? { name: spec.name, state: "written", note: spec.make ? spec.about : endNote(spec, value) }
    : { name: spec.name, state: "no-entry", note: "deploy the stack first: it makes the entries" };
}
