import { loadRunbooks } from "./load-runbooks.ts";
import { RunbooksError } from "./runbooks-error.ts";

/** `npm run check -- runbooks <dir>`: what the bridge would say of an overlay at its start; without one, of its own library. */
const [overlay] = process.argv.slice(2);
try {
  const { size } = loadRunbooks({ overlay });
  process.stdout.write(`${size} runbooks, all usable\n`);
} catch (error) {
  if (!(error instanceof RunbooksError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
