import { benchAudit } from "./audit.ts";
import { benchBundle } from "./bundle.ts";
import { benchClick } from "./click.ts";
import { benchHandlers } from "./handlers.ts";
import { benchIngress } from "./ingress.ts";
import { benchNoise } from "./noise.ts";
import { benchPostmortem } from "./postmortem.ts";
import { benchRedaction } from "./redaction.ts";
import { benchRoom } from "./room.ts";
import { benchSoak } from "./soak.ts";
import { benchStart } from "./start.ts";
import { benchStorm } from "./storm.ts";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** Measures on this machine, over loopback only. `npm run bench -- ingress` runs only that section. */
const SECTIONS: Readonly<Record<string, (options: readonly string[]) => Promise<void>>> = {
  ingress: benchIngress,
  room: benchRoom,
  noise: benchNoise,
  storm: benchStorm,
  click: benchClick,
  bundle: benchBundle,
  handlers: benchHandlers,
  redaction: benchRedaction,
  postmortem: benchPostmortem,
  audit: benchAudit,
  soak: benchSoak,
  start: benchStart,
};

const known = Object.keys(SECTIONS);
const given = process.argv.slice(2);
const firstOption = given.findIndex((argument) => argument.startsWith("--"));
const asked = firstOption === -1 ? given : given.slice(0, firstOption);
const options = firstOption === -1 ? [] : given.slice(firstOption);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no section named ${unknown.join(", ")}; the sections are ${known.join(", ")}.`);
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : known) {
  await SECTIONS[name]?.(options);
  console.log();
}
// A hosted function of a stopped world goes on until its budget is over: it runs in this process, and nothing can end it sooner.
process.exit();
