import * as z from "zod";
import type { Http } from "../../platform/http.ts";
import type { GroupMembers } from "../../slack-api/companion.ts";
import type { SlackFailure } from "../../slack-api/slack-failure.ts";
import { type SecretSpec, secretProblems } from "../secrets/catalogue.ts";
import type { SecretStore } from "../secrets/store.ts";

/** One thing that must hold. `next` is what to do where it does not. */
export interface Finding {
  what: string;
  state: "ok" | "missing" | "wrong";
  note: string;
  next: string;
}

export interface DoctorDeps {
  /** Undefined while the constant is the example. */
  bridgeHost: string | undefined;
  /** Where the bridge answers. */
  bridgeUrl: string | undefined;
  http: Http;
  store: SecretStore;
  specs: readonly SecretSpec[];
  groupMembers(handle: string): Promise<GroupMembers | SlackFailure>;
  /** Handles of the approvers' and the fallback group, from services.yaml; undefined where no file was named. */
  groups: readonly string[] | undefined;
  /** Repeats in `next` what this run was told. */
  flags: string;
}

const Health = z.object({ status: z.string(), sweepSilent: z.boolean() });
const OURS = ["slack-functions", "slack-companion", "slack-triggers"];

/** Looks at everything that Slack's half needs, in the order of installing, and changes nothing. */
export async function doctor(deps: DoctorDeps): Promise<Finding[]> {
  return [host(deps), ...(await secrets(deps)), ...(await groups(deps)), ...(await bridge(deps))];
}

const ok = (what: string, note = ""): Finding => ({ what, state: "ok", note, next: "" });
const missing = (what: string, note: string, next: string): Finding => ({ what, state: "missing", note, next });
const wrong = (what: string, note: string, next: string): Finding => ({ what, state: "wrong", note, next });

const host = ({ bridgeHost, flags }: DoctorDeps): Finding =>
  bridgeHost === undefined
    ? missing(
        "bridge host",
        "slack-app/bridge-host.ts still holds the example",
        `${INSTALL}${flags} --bridge-host <host>`,
      )
    : ok("bridge host", bridgeHost);

const INSTALL = "npm run slack -- install";

const secrets = ({ store, specs, flags }: DoctorDeps): Promise<Finding[]> =>
  Promise.all(
    OURS.map(async (name) => {
      const spec = specs.find((one) => one.name === name);
      const what = `secret ${name}`;
      const value = await store.read(name);
      if (value === undefined || spec === undefined)
        return missing(what, spec?.about ?? "", NEXT_FOR[name]?.(flags) ?? `${INSTALL}${flags}`);
      const problems = secretProblems(spec, value);
      return problems.length === 0
        ? ok(what)
        : wrong(what, problems.join("; "), NEXT_FOR[name]?.(flags) ?? `${INSTALL}${flags}`);
    }),
  );

const NEXT_FOR: Record<string, (flags: string) => string> = {
  "slack-companion": (flags) =>
    `npm run slack -- companion-manifest${flags}, then ${INSTALL}${flags} --from values.yaml`,
};

async function groups({ groups: handles, groupMembers, flags }: DoctorDeps): Promise<Finding[]> {
  if (handles === undefined) return [];
  return Promise.all(
    handles.map(async (handle) => {
      const what = `user group @${handle}`;
      const found = await groupMembers(handle);
      if (!("error" in found)) {
        return found.userIds.length > 0
          ? ok(what, `${found.userIds.length} people`)
          : wrong(what, "nobody is in it", `add people to @${handle} in Slack`);
      }
      return found.error === "group-not-found"
        ? missing(what, found.unavailable, `make the user group @${handle} in Slack`)
        : wrong(what, found.unavailable, `check the companion's token: npm run slack -- companion-manifest${flags}`);
    }),
  );
}

async function bridge({ bridgeUrl, http, flags }: DoctorDeps): Promise<Finding[]> {
  const what = "bridge";
  const deploy = "see docs/deploy.md";
  if (bridgeUrl === undefined)
    return [missing(what, "its host is not known yet", `${INSTALL}${flags} --bridge-host <host>`)];
  let health: z.infer<typeof Health>;
  try {
    const reply = await http.send({ method: "GET", url: `${bridgeUrl}/health`, retry: "safe" });
    health = Health.parse(reply.json());
  } catch (error) {
    return [wrong(what, error instanceof Error ? error.message : String(error), deploy)];
  }
  return [
    ok(what, bridgeUrl),
    health.sweepSilent
      ? wrong(
          "sweep",
          "the bridge has not heard of Slack's scheduled sweep",
          `${INSTALL}${flags} (makes the triggers again)`,
        )
      : ok("sweep"),
  ];
}

/** As lines for a terminal. */
export const findingLines = (findings: readonly Finding[]): string[] =>
  findings.map(({ what, state, note, next }) => {
    const said = note === "" ? what : `${what}: ${note}`;
    return `${state.padEnd(8)}${said}${next === "" ? "" : `\n        next: ${next}`}`;
  });
