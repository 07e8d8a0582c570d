import { randomUUID } from "node:crypto";
import { NotSimulated, onlyFields, type Reply, startVendor, type Vendor, type VendorOptions } from "./vendor-server.ts";

export interface SecretVersion {
  id: string;
  value: string;
  stages: string[];
  /** Epoch milliseconds. */
  createdAt: number;
}
export interface SecretsState {
  /** By secret name; versions oldest first. */
  secrets: Record<string, SecretVersion[]>;
}

/** The opening state: every value is the current version, nothing was rotated yet. */
export function openingSecrets(values: Record<string, string>, now: number): SecretsState {
  const version = (value: string): SecretVersion => ({
    id: randomUUID(),
    value,
    stages: ["AWSCURRENT"],
    createdAt: now,
  });
  return { secrets: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [version(value)]])) };
}

/** Makes `value` the current version of a secret; the one before becomes AWSPREVIOUS and older ones lose their label. */
export function rotate(state: SecretsState, name: string, value: string, now: number, id: string = randomUUID()): void {
  const versions = state.secrets[name] ?? [];
  for (const version of versions) {
    version.stages = version.stages.includes("AWSCURRENT") ? ["AWSPREVIOUS"] : [];
  }
  state.secrets[name] = [...versions, { id, value, stages: ["AWSCURRENT"], createdAt: now }];
}

const arn = (name: string) => `arn:aws:secretsmanager:eu-north-1:000000000000:secret:${name}-a1B2c3`;

/** AWS Secrets Manager over the JSON 1.1 protocol: reading by stage or version, and rotation. */
export function startSecrets(options: VendorOptions<SecretsState>): Promise<Vendor<SecretsState>> {
  const state = options.state ?? { secrets: {} };
  const failure = (type: string, message: string, status = 400): Reply => ({
    status,
    headers: { "x-amzn-errortype": type },
    body: { __type: type, Message: message },
  });
  const notFound = (what: string) =>
    failure("ResourceNotFoundException", `Secrets Manager can't find the specified secret ${what}.`);
  const versionsOf = (secretId: unknown): [string, SecretVersion[]] | undefined => {
    const entry = Object.entries(state.secrets).find(([name]) => secretId === name || secretId === arn(name));
    return entry;
  };

  type Operation = (body: unknown, now: number) => Reply;
  const readValue: Operation = (body) => {
    const { SecretId, VersionId, VersionStage } = onlyFields(body, ["SecretId", "VersionId", "VersionStage"], "body");
    const found = versionsOf(SecretId);
    if (!found) return notFound("");
    const [name, versions] = found;
    const stage = VersionStage ?? (VersionId === undefined ? "AWSCURRENT" : undefined);
    const version = versions.find(
      ({ id, stages }) =>
        (VersionId === undefined || id === VersionId) && (stage === undefined || stages.includes(String(stage))),
    );
    if (!version) return notFound(`value for staging label: ${String(stage ?? VersionId)}`);
    return {
      status: 200,
      body: {
        ARN: arn(name),
        Name: name,
        VersionId: version.id,
        SecretString: version.value,
        VersionStages: version.stages,
        CreatedDate: version.createdAt / 1_000,
      },
    };
  };
  const writeValue: Operation = (body, now) => {
    const { SecretId, SecretString, ClientRequestToken } = onlyFields(
      body,
      ["SecretId", "SecretString", "ClientRequestToken"],
      "body",
    );
    const found = versionsOf(SecretId);
    if (!found) return notFound("");
    const [name, versions] = found;
    if (typeof SecretString !== "string") return failure("InvalidParameterException", "SecretString must be a string.");
    const token = typeof ClientRequestToken === "string" ? ClientRequestToken : randomUUID();
    const same = versions.find(({ id }) => id === token);
    // A repeat with the same token and value changes nothing; with another value it is refused.
    if (same && same.value !== SecretString) {
      return failure("ResourceExistsException", "A version with this ClientRequestToken exists with another value.");
    }
    if (!same) rotate(state, name, SecretString, now, token);
    const stages = state.secrets[name]?.find(({ id }) => id === token)?.stages ?? [];
    return { status: 200, body: { ARN: arn(name), Name: name, VersionId: token, VersionStages: stages } };
  };
  const operations: Record<string, Operation> = { GetSecretValue: readValue, PutSecretValue: writeValue };

  return startVendor(
    {
      name: "secrets",
      target: "secrets",
      state,
      contentType: "application/x-amz-json-1.1",
      rateLimited: () => failure("ThrottlingException", "Rate exceeded"),
      failed: (status) => failure("InternalServiceError", "An error occurred on the server side.", status),
      describe: ({ method, path, headers }) => `${method} ${path} ${operationOf(headers["x-amz-target"])}`,
      loggedBody: ({ body }) =>
        typeof body === "object" && body !== null && "SecretString" in body
          ? { ...body, SecretString: "(hidden)" }
          : body,
      routes: [
        {
          method: "POST",
          path: "/",
          handle: ({ headers, body, now }) => {
            const name = operationOf(headers["x-amz-target"]);
            const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
            if (!operation) throw new NotSimulated(`operation ${name || "(none)"}`);
            return operation(body, now);
          },
        },
      ],
    },
    options,
  );
}

const operationOf = (target: string | string[] | undefined): string =>
  typeof target === "string" && target.startsWith("secretsmanager.") ? target.slice("secretsmanager.".length) : "";
