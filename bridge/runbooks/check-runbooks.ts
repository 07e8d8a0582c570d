import { joinAlerts } from "./join-alerts.ts";
import { loadRunbooks } from "./load-runbooks.ts";
import { RunbooksError } from "./runbooks-error.ts";
import { shippedRules } from "./shipped-rules.ts";

/** `npm run check -- runbooks <dir>`: what the bridge would say of an overlay at its start; without one, of its own library. */
const [overlay] = process.argv.slice(2);
try {
  const library = loadRunbooks({ overlay });
  const runbooks = [...library.values()].map(({ runbook }) => runbook);
  // An organisation may do without an alert of ours; the library as it is shipped may not.
  const orphans = overlay === undefined ? joinAlerts(runbooks, shippedRules()) : [];
  if (orphans.length === 0) process.stdout.write(`${library.size} runbooks, all usable\n`);
  else fail(`runbooks and alert rules do not join (L28):\n${orphans.map((orphan) => `  - ${orphan}`).join("\n")}`);
} catch (error) {
  if (!(error instanceof RunbooksError)) throw error;
  fail(error.message);
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
