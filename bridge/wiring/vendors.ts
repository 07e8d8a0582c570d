import { setTimeout as wait } from "node:timers/promises";
import { createApproverLookup } from "../approvers.ts";
import { createGithubClient } from "../clients/github-client.ts";
import { createLokiClient } from "../clients/loki-client.ts";
import { createMimirClient } from "../clients/mimir-client.ts";
import { createOnCallClient } from "../clients/oncall-client.ts";
import { createOnCallPaging } from "../clients/oncall-paging.ts";
import { createStatuspageReader } from "../clients/statuspage-reader.ts";
import { createTempoClient } from "../clients/tempo-client.ts";
import { markEveryMs } from "../drafting/language-model.ts";
import { createTokenBucket, type TokenBucket } from "../index-table/token-bucket.ts";
import { sendOnce } from "../platform/http.ts";
import { createCachedDirectory } from "../responders/cached-directory.ts";
import { createWorkosDirectory } from "../responders/workos-directory.ts";
import { createCompanion } from "../slack-api/companion.ts";
import { judgeSlack } from "../slack-api/judge-slack.ts";
import { createWorld } from "../world.ts";
import type { Platform } from "./platform.ts";

export type Vendors = Awaited<ReturnType<typeof wireVendors>>;

/** Everybody who is asked for facts. Reads and the one write of the status page share its limit of one request a second. */
export async function wireVendors(platform: Platform) {
  const { config, clock, log, timeoutMs, manners, outbound, secrets, services, index } = platform;
  const pageBucket = createTokenBucket({ index, clock, name: "statuspage", burst: 5, refillMs: 1_000 });
  const page = createStatuspageReader({
    http: outbound.to("statuspage"),
    secrets,
    clock,
    log,
    url: config.STATUSPAGE_API_URL,
    pageId: config.STATUSPAGE_PAGE_ID,
    timeoutMs,
    pace: pacedBy(pageBucket),
  });
  const companion = createCompanion({
    secrets,
    clock,
    log,
    slackApiUrl: config.SLACK_API_URL,
    timeoutMs,
    manners: manners.of("slack", judgeSlack),
  });
  const oncall = createOnCallClient({ http: outbound.to("oncall"), secrets, url: config.ONCALL_API_URL, log });
  const paging = createOnCallPaging({
    http: outbound.to("oncall"),
    sendOnce,
    secrets,
    url: config.ONCALL_API_URL,
    timeoutMs,
    log,
  });
  const mimir = createMimirClient({ http: outbound.to("mimir"), secrets, url: config.MIMIR_URL, log });
  const loki =
    config.LOKI_URL === undefined
      ? undefined
      : createLokiClient({ http: outbound.to("loki"), secrets, url: config.LOKI_URL, log });
  const tempo =
    config.TEMPO_URL === undefined
      ? undefined
      : createTempoClient({ http: outbound.to("tempo"), secrets, url: config.TEMPO_URL, log });
  const github = createGithubClient({ http: outbound.to("github"), secrets, url: config.GITHUB_API_URL, log });
  const directoryId = config.WORKOS_DIRECTORY_ID;
  const directory =
    directoryId === undefined
      ? undefined
      : createCachedDirectory({
          clock,
          directory: createWorkosDirectory({
            http: outbound.to("workos"),
            secrets,
            url: config.WORKOS_API_URL,
            directoryId,
            clock,
            log,
          }),
        });
  const world = await createWorld({
    secrets,
    page,
    slack: companion,
    services,
    pageId: config.STATUSPAGE_PAGE_ID,
    nudgeEveryMs: config.NUDGE_EVERY_MS,
    archiveAfterMs: config.ARCHIVE_AFTER_MS,
    askAgainMs: config.ASK_AGAIN_MS,
    markEveryMs: markEveryMs(config),
    log,
  });
  const lookUpApprover = createApproverLookup({ companion, group: services.approvers.slackGroup, clock });
  return {
    pageBucket,
    page,
    companion,
    oncall,
    paging,
    mimir,
    loki,
    tempo,
    github,
    directory,
    world,
    lookUpApprover,
  };
}

/** Waits for the page's budget, up to a few tokens: a read that would wait longer goes ahead and meets the page's own limit. */
const pacedBy = (bucket: TokenBucket) => async (): Promise<void> => {
  for (let tries = 0; tries < 5; tries += 1) {
    const waitMs = await bucket.take();
    if (waitMs === 0) return;
    await wait(waitMs);
  }
};
