import { createLanguageModel } from "../drafting/language-model.ts";
import { createMarkMessages } from "../drafting/mark-messages.ts";
import { createModelDrafter } from "../drafting/model-drafter.ts";
import { createTemplateDrafter } from "../drafting/template-drafter.ts";
import type { Config } from "../platform/config.ts";
import { createLinearClient, judgeLinear } from "../postmortem/linear-client.ts";
import { ApiKey } from "./api-key.ts";
import type { Platform } from "./platform.ts";
import type { RecordParts } from "./record.ts";
import type { Vendors } from "./vendors.ts";

export type Drafting = ReturnType<typeof wireDrafting>;

/** Who writes drafts and postmortems: templates always, a model where one is configured. */
export function wireDrafting({
  platform,
  vendors,
  record,
}: {
  platform: Platform;
  vendors: Vendors;
  record: RecordParts;
}) {
  const { config, clock, log, metrics, manners, secrets, services, index, timeoutMs } = platform;
  const { companion } = vendors;
  const { vaults } = record;
  const template = createTemplateDrafter();
  const tellOperators = async (sentence: string) => {
    if (config.OPS_CHANNEL !== undefined) await companion.postMessage(config.OPS_CHANNEL, sentence);
  };
  const language = createLanguageModel(config, { index, manners, clock, metrics, log, tell: tellOperators });
  const markMessages = language?.marking && createMarkMessages({ model: language.marking, vaults, log });
  const drafter = language
    ? createModelDrafter({
        model: language.model,
        style: language.prompts.style,
        vaults,
        publicTerms: services.publicTerms,
        log,
      })
    : template;
  const postmortem = {
    tracker: createLinearClient({
      apiUrl: config.LINEAR_API_URL,
      apiKey: async () => ApiKey.parse(JSON.parse(await secrets.current("linear"))).api_key,
      timeoutMs,
      clock,
      manners: manners.of("linear", judgeLinear),
    }),
    teamId: config.LINEAR_TEAM_ID,
    projectId: config.LINEAR_PROJECT_ID,
    labelIds: config.LINEAR_LABEL_IDS.split(",").flatMap((id) => (id.trim() === "" ? [] : [id.trim()])),
    naming: config.POSTMORTEM_NAMES,
    auditLink: auditLinkOf(config),
    slackLink: (channel: string) => `https://app.slack.com/client/${config.SLACK_TEAM_ID}/${channel}`,
    emailOf: async (userId: string) => {
      const person = await companion.userFacts(userId);
      return "error" in person ? undefined : person.email;
    },
    nameOf: async (userId: string) => {
      const person = await companion.userFacts(userId);
      return "error" in person ? undefined : person.name;
    },
    log,
  };
  return { template, language, markMessages, drafter, postmortem };
}

/** Where the audit bundle of an incident is, when somebody keeps bundles. */
const auditLinkOf = ({ AUDIT_BUNDLE_URL: url }: Config) =>
  url === undefined ? undefined : (incidentId: string) => url.replace("{incident}", encodeURIComponent(incidentId));
