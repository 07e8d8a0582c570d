import type { Clock } from "../../bridge/platform/clock.ts";
import { type Logger, silentLogger } from "../../bridge/platform/logger.ts";
import { createSecrets, createSecretsClient, type Secrets } from "../../bridge/platform/secrets.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

interface Version {
  versionId: string;
  value: string;
}

export interface LocalSecrets {
  secrets: Secrets;
  server: LocalServer;
  /** Makes `value` current and what was current previous. */
  rotate(name: string, value: string): void;
  /** While true every call is answered 500. */
  setDown(down: boolean): void;
  /** GetSecretValue calls so far. */
  reads(): number;
  [Symbol.asyncDispose](): Promise<void>;
}

const PREFIX = "incident-response/test/";

/** `GetSecretValue` over the real wire protocol, and the product's own client of it. */
export async function startLocalSecrets(options: {
  clock: Clock;
  values: Record<string, string>;
  cacheMs?: number;
  log?: Logger;
}): Promise<LocalSecrets> {
  const store = new Map<string, { current: Version; previous?: Version }>();
  let versions = 0;
  let down = false;
  const rotate = (name: string, value: string) => {
    const id = `${PREFIX}${name}`;
    versions += 1;
    const before = store.get(id)?.current;
    store.set(id, { current: { versionId: `version-${versions}`, value }, ...(before ? { previous: before } : {}) });
  };
  for (const [name, value] of Object.entries(options.values)) rotate(name, value);

  const server = await startLocalServer((request, response) => {
    const target = request.headers["x-amz-target"];
    if (target !== "secretsmanager.GetSecretValue") throw new Error(`not known here: ${String(target)}`);
    const { SecretId, VersionStage } = JSON.parse(request.body) as { SecretId: string; VersionStage: string };
    const found = store.get(SecretId)?.[VersionStage === "AWSPREVIOUS" ? "previous" : "current"];
    response.setHeader("content-type", "application/x-amz-json-1.1");
    if (down) {
      response.writeHead(500).end(JSON.stringify({ __type: "InternalServiceError", message: "down" }));
    } else if (!found) {
      response.writeHead(400).end(JSON.stringify({ __type: "ResourceNotFoundException", Message: "not there" }));
    } else {
      response.end(
        JSON.stringify({
          Name: SecretId,
          VersionId: found.versionId,
          SecretString: found.value,
          VersionStages: [VersionStage],
        }),
      );
    }
  });
  const client = createSecretsClient({ region: "eu-north-1", endpoint: server.url, credentials: "local-dummy" });
  const secrets = createSecrets({
    client,
    prefix: PREFIX,
    cacheMs: options.cacheMs ?? 300_000,
    clock: options.clock,
    log: options.log ?? silentLogger,
  });
  return {
    secrets,
    server,
    rotate,
    setDown: (value) => {
      down = value;
    },
    reads: () => server.seen.length,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}
