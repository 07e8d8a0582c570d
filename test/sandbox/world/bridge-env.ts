import { fileURLToPath } from "node:url";
import { CAST } from "../cast.ts";
import type { BridgeEnv } from "./bridge-process.ts";
import { TABLES } from "./store.ts";

export const SERVICES_FILE = fileURLToPath(new URL("./services.yaml", import.meta.url));

/** The bundle lies elsewhere than its prompts. */
const PROMPTS_DIR = fileURLToPath(new URL("../../../bridge/drafting/prompts/", import.meta.url));

export interface Endpoints {
  bridge: string;
  store: string;
  secrets: string;
  bedrock: string;
  slackApi: string;
  statuspage: string;
  linear: string;
  oncall: string;
  mimir: string;
  loki: string;
  tempo: string;
  github: string;
  /** Absent: this bridge has no directory. */
  workos?: string;
}

/** The bridge's ordinary configuration, with this world's endpoints. No secret is among it. */
export function bridgeEnv(at: Endpoints): BridgeEnv {
  return {
    PUBLIC_BASE_URL: at.bridge,
    LOG_LEVEL: "info",
    AWS_REGION: CAST.region,
    DYNAMODB_ENDPOINT: at.store,
    SECRETS_ENDPOINT: at.secrets,
    BEDROCK_ENDPOINT: at.bedrock,
    LEDGER_TABLE: TABLES.ledger,
    INDEX_TABLE: TABLES.index,
    SECRETS_PREFIX: CAST.secretsPrefix,
    SERVICES_FILE,
    SLACK_API_URL: at.slackApi,
    SLACK_TEAM_ID: CAST.teamId,
    ALERTS_CHANNEL: CAST.channels.alerts,
    ANNOUNCE_CHANNEL: CAST.channels.incidents,
    OPS_CHANNEL: CAST.channels.ops,
    STATUSPAGE_API_URL: at.statuspage,
    STATUSPAGE_PAGE_ID: CAST.statuspage.pageId,
    LINEAR_API_URL: at.linear,
    LINEAR_TEAM_ID: CAST.linearTeamId,
    ONCALL_API_URL: at.oncall,
    MIMIR_URL: at.mimir,
    LOKI_URL: at.loki,
    TEMPO_URL: at.tempo,
    GITHUB_API_URL: at.github,
    ...(at.workos === undefined ? {} : { WORKOS_API_URL: at.workos, WORKOS_DIRECTORY_ID: CAST.workosDirectoryId }),
    DRAFTER: "bedrock",
    PROMPTS_DIR,
    BEDROCK_MODEL_ID: CAST.modelId,
  };
}
