import { parse } from "yaml";
import { AppError } from "../../platform/app-error.ts";
import { type SecretSpec, takesItsEnd } from "./catalogue.ts";
import type { GivenValues } from "./tend.ts";

/** The file of values cannot be used. The message names keys, never values. */
export class GivenValuesError extends AppError {
  override readonly name = "GivenValuesError";
}

/** Reads the filled-in template: YAML, secret name → text, or the fields of an object. @throws GivenValuesError */
export function readGivenValues(text: string, specs: readonly SecretSpec[]): GivenValues {
  let document: unknown;
  try {
    document = parse(text) ?? {};
  } catch {
    throw new GivenValuesError("The values are not YAML; `npm run secrets -- template` prints what to fill in.");
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new GivenValuesError("The values must be a list of `name: value`.");
  }
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(document)) {
    const spec = specs.find((one) => one.name === name);
    if (!spec)
      throw new GivenValuesError(`There is no secret named ${name}; the names are in \`npm run secrets -- template\`.`);
    if (value === null || value === "") continue;
    if (spec.form === "text" && typeof value !== "string") throw new GivenValuesError(`${name} must be one text.`);
    values.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  return values;
}

/** What to fill in: every secret with where it comes from. Those that we make are left out. */
export function valuesTemplate(specs: readonly SecretSpec[]): string {
  return specs
    .filter(({ make }) => make === undefined)
    .map((spec) => {
      const { name, about, optional, form } = spec;
      const kind = form === "json" ? "an object" : "a text";
      const end = takesItsEnd(spec) ? ", with expires_at: 2027-03-01 where the vendor names an end" : "";
      return `# ${about}${optional ? " (optional)" : ""}; ${kind}${end}\n${name}:\n`;
    })
    .join("\n");
}
