import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createSecretsClient } from "../../platform/secrets.ts";
import { SECRET_CATALOGUE } from "./catalogue.ts";
import { ERASE_USAGE, erase } from "./erase.ts";
import { GivenValuesError, readGivenValues, valuesTemplate } from "./given-values.ts";
import { createSecretStore } from "./store.ts";
import { allWell, checkSecrets, rotateSecret, type SecretLine, seedSecrets } from "./tend.ts";

const USAGE = `npm run secrets -- template                                     prints what to fill in
npm run secrets -- seed   --env <env> --region <region> [--from values.yaml]   fills what is empty, makes what we make ourselves
npm run secrets -- check  --env <env> --region <region>                        looks, changes nothing; exit code 1 when something is amiss
npm run secrets -- rotate --env <env> --region <region> <name> [--from values.yaml]
${ERASE_USAGE}

--from - reads standard input; --endpoint <url> speaks to a local Secrets Manager`;

async function main(args: string[]): Promise<number> {
  if (args[0] === "erase") {
    const { said, code } = await erase(args);
    process[code === 0 ? "stdout" : "stderr"].write(`${said}\n`);
    return code;
  }
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      env: { type: "string" },
      from: { type: "string" },
      region: { type: "string" },
      endpoint: { type: "string" },
    },
  });
  const [verb, name] = positionals;
  if (verb === "template") {
    process.stdout.write(valuesTemplate(SECRET_CATALOGUE));
    return 0;
  }
  const { env: environment = "", region } = values;
  if (
    region === undefined ||
    !["seed", "check", "rotate"].includes(verb ?? "") ||
    !/^[a-z][a-z0-9-]{0,30}$/.test(environment)
  ) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const store = createSecretStore(
    createSecretsClient({
      region,
      endpoint: values.endpoint,
      credentials: values.endpoint === undefined ? "default-chain" : "local-dummy",
    }),
    `incident-response/${environment}/`,
  );
  const given = readGivenValues(values.from === undefined ? "" : read(values.from), SECRET_CATALOGUE);
  const lines = await run();
  for (const { name: of, state, note } of lines) {
    process.stdout.write(`${state.padEnd(12)}${of}${note === "" ? "" : `: ${note}`}\n`);
  }
  return allWell(lines) ? 0 : 1;

  async function run(): Promise<SecretLine[]> {
    if (verb === "check") return checkSecrets(SECRET_CATALOGUE, store);
    if (verb === "seed") return seedSecrets(SECRET_CATALOGUE, store, given, environment);
    const spec = SECRET_CATALOGUE.find((one) => one.name === name);
    if (!spec) throw new GivenValuesError(`Say which secret: ${SECRET_CATALOGUE.map((one) => one.name).join(", ")}`);
    return [await rotateSecret(spec, store, given, environment)];
  }
}

const read = (file: string) => readFileSync(file === "-" ? 0 : file, "utf8");

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
