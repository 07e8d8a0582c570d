import { createHash } from "node:crypto";
import * as z from "zod";
import { LINK_TRIGGERS } from "../shared/vocabulary.ts";
import type { PageComponent, StatuspageReader } from "./clients/statuspage-reader.ts";
import { isUnavailable } from "./clients/unavailable.ts";
import type { TextScan } from "./incident/decide/approve.ts";
import type { ViewWorld } from "./incident/views/view-world.ts";
import { AppError } from "./platform/app-error.ts";
import type { Logger } from "./platform/logger.ts";
import type { Secrets } from "./platform/secrets.ts";
import { scanPublicText } from "./redaction/index.ts";
import type { Services } from "./services/services.ts";
import type { Companion } from "./slack-api/companion.ts";

const Triggers = z.object({
  doorbell: z.url({ protocol: /^https?$/ }),
  links: z.record(z.enum(LINK_TRIGGERS), z.url({ protocol: /^https?$/ })),
});
export type Triggers = z.infer<typeof Triggers>;

/** The URLs of Slack's triggers are not there, so no room could be opened and no form reached. */
export class TriggersError extends AppError {
  override readonly name = "TriggersError";
  constructor(problems: string[]) {
    super(
      `secret slack-triggers is not usable (${problems.join("; ")}); store the doorbell's URL and one link URL for each form`,
    );
  }
}

/** What the views need from outside the ledger, read at start and kept fresh by the sweeper. */
export interface World {
  view: ViewWorld;
  components: () => readonly PageComponent[];
  triggers: () => Triggers;
  refresh(): Promise<void>;
}

/** @throws TriggersError when the trigger URLs cannot be read at start. */
export async function createWorld(deps: {
  secrets: Pick<Secrets, "current">;
  page: Pick<StatuspageReader, "components">;
  slack: Pick<Companion, "groupMembers">;
  services: Services;
  pageId: string;
  nudgeEveryMs: number | undefined;
  archiveAfterMs: number;
  askAgainMs: number;
  markEveryMs: number | undefined;
  log: Logger;
}): Promise<World> {
  const { services, log } = deps;
  let triggers = await readTriggers(deps.secrets);
  let components: readonly PageComponent[] = [];
  let componentsReadAt = 0;

  const readComponents = async () => {
    const read = await deps.page.components();
    if (isUnavailable(read)) log.warn("components-unavailable", { reason: read.unavailable });
    else ({ components, readAt: componentsReadAt } = read);
  };
  let approverGroupId: string | undefined;
  const readApproverGroup = async () => {
    const group = await deps.slack.groupMembers(services.approvers.slackGroup);
    if (!("error" in group)) approverGroupId = group.groupId;
  };
  await Promise.all([readComponents(), readApproverGroup()]);

  return {
    triggers: () => triggers,
    components: () => components,
    async refresh() {
      triggers = await readTriggers(deps.secrets);
      await Promise.all([readComponents(), readApproverGroup()]);
    },
    view: {
      get links() {
        return triggers.links;
      },
      componentName: (id) => components.find((component) => component.id === id)?.name ?? id,
      componentStatus: (id) => {
        const status = components.find((component) => component.id === id)?.status;
        return status && { status, readAt: componentsReadAt };
      },
      page: `${deps.pageId} (${services.pageEnvironment})`,
      nudgeEveryMs: (severity) => {
        const afterMs = services.nudgeAfterMs(severity);
        return afterMs === undefined ? undefined : (deps.nudgeEveryMs ?? afterMs);
      },
      archiveAfterMs: deps.archiveAfterMs,
      scan: (title, body) => scanOf(`${title}\n${body}`, services.publicTerms),
      holdingComponents: (service, severity) =>
        services.holdsCustomers(severity) ? (services.entry(service)?.components ?? []) : [],
      approvalPolicy: (service) => services.entry(service)?.approval ?? "default",
      approversPage: services.approvers.page,
      askAgainMs: deps.askAgainMs,
      markEveryMs: deps.markEveryMs,
      onCallSchedule: (service) => services.entry(service)?.oncall_schedule,
      escalation: services.escalation,
      get approverGroupId() {
        return approverGroupId;
      },
    },
  };
}

/** Hosts of links that the organisation has not named as its own. Customers follow what stands on a status page. */
function foreignHosts(text: string, publicTerms: readonly string[]): string[] {
  const own = publicTerms.map((term) => term.toLowerCase());
  const hosts = [...text.matchAll(/https?:\/\/([^\s/?#)\]>"']{1,253})/gi)].map(([, host = ""]) => host.toLowerCase());
  return [...new Set(hosts)].filter((host) => !own.some((term) => host === term || host.endsWith(`.${term}`)));
}

/** The same words give the same finding ids, so a tick survives a replica and a repaint. */
export function scanOf(text: string, publicTerms: readonly string[]): TextScan {
  const { blockers, findings } = scanPublicText(text, { publicTerms });
  const excerpt = (start: number, end: number) => text.slice(start, end).slice(0, 80);
  const byId = new Map(
    findings.map(({ type, start, end }) => {
      const id = createHash("sha256")
        .update(`${type}\n${text.slice(start, end)}`)
        .digest("hex")
        .slice(0, 12);
      return [id, { id, text: `${type.toLowerCase()} "${excerpt(start, end)}"` }];
    }),
  );
  const foreign = foreignHosts(text, publicTerms);
  return {
    blockers: [
      ...new Set(blockers.map(({ type }) => `It holds something of type ${type}; edit it out.`)),
      ...foreign.map((host) => `It links to ${host}, which is not among public_terms of services.yaml; edit it out.`),
    ],
    findings: [...byId.values()],
  };
}

async function readTriggers(secrets: Pick<Secrets, "current">): Promise<Triggers> {
  const text = await secrets.current("slack-triggers");
  const parsed = Triggers.safeParse(parseJson(text));
  if (!parsed.success)
    throw new TriggersError(parsed.error.issues.map(({ path, message }) => `${path.join(".") || "value"}: ${message}`));
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema then says that it is no object, which is the problem to mend.
    return undefined;
  }
}
