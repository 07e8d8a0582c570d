import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { NotSimulated, onlyFields, type Reply, startVendor, type Vendor, type VendorOptions } from "./vendor-server.ts";

export interface KmsKeyState {
  arn: string;
  spec: "ECC_NIST_EDWARDS25519" | "ECC_NIST_P256";
  usage: "SIGN_VERIFY";
  enabled: boolean;
  /** PKCS #8, base64. */
  privateKey: string;
}
export interface KmsState {
  keys: KmsKeyState[];
  /** Calls that the caller's role may not make. */
  denied: string[];
}

/** A key as `CreateKey` would make it. */
export function kmsKey(id: string, spec: KmsKeyState["spec"] = "ECC_NIST_EDWARDS25519"): KmsKeyState {
  const { privateKey } =
    spec === "ECC_NIST_P256" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("ed25519");
  return {
    arn: `arn:aws:kms:eu-north-1:000000000000:key/${id}`,
    spec,
    usage: "SIGN_VERIFY",
    enabled: true,
    privateKey: privateKey.export({ format: "der", type: "pkcs8" }).toString("base64"),
  };
}

const MAX_MESSAGE_BYTES = 4_096;
const ALGORITHMS = {
  ECC_NIST_EDWARDS25519: ["ED25519_SHA_512", "ED25519_PH_SHA_512"],
  ECC_NIST_P256: ["ECDSA_SHA_256"],
};

/** AWS KMS over the JSON 1.1 protocol, as much of it as signs: GetPublicKey and Sign, with real keys. */
export function startKms(options: VendorOptions<KmsState>): Promise<Vendor<KmsState>> {
  const state = options.state ?? { keys: [], denied: [] };
  const failure = (type: string, message: string, status = 400): Reply => ({
    status,
    headers: { "x-amzn-errortype": type },
    body: { __type: type, message },
  });

  type Operation = (body: unknown, key: KmsKeyState) => Reply;
  const getPublicKey: Operation = (_, { arn, spec, usage, privateKey }) => ({
    status: 200,
    body: {
      KeyId: arn,
      KeySpec: spec,
      CustomerMasterKeySpec: spec,
      KeyUsage: usage,
      SigningAlgorithms: ALGORITHMS[spec],
      PublicKey: createPublicKey(privateKeyOf(privateKey)).export({ format: "der", type: "spki" }).toString("base64"),
    },
  });
  const signMessage: Operation = (body, { arn, spec, privateKey }) => {
    const { Message, MessageType, SigningAlgorithm } = onlyFields(
      body,
      ["KeyId", "Message", "MessageType", "SigningAlgorithm"],
      "body",
    );
    if (!ALGORITHMS[spec].includes(String(SigningAlgorithm)))
      return failure("InvalidKeyUsageException", `${String(SigningAlgorithm)} is not an algorithm of ${arn}.`);
    if (SigningAlgorithm !== "ED25519_SHA_512") throw new NotSimulated(`algorithm ${String(SigningAlgorithm)}`);
    // Of this algorithm KMS takes the message itself only.
    if (MessageType !== "RAW") return failure("ValidationException", "MessageType must be RAW for ED25519_SHA_512.");
    const message = typeof Message === "string" ? Buffer.from(Message, "base64") : Buffer.alloc(0);
    if (message.length < 1 || message.length > MAX_MESSAGE_BYTES)
      return failure("ValidationException", `Message must have length between 1 and ${MAX_MESSAGE_BYTES}.`);
    const Signature = sign(null, message, privateKeyOf(privateKey)).toString("base64");
    return { status: 200, body: { KeyId: arn, Signature, SigningAlgorithm } };
  };
  const operations: Record<string, Operation> = { GetPublicKey: getPublicKey, Sign: signMessage };

  return startVendor(
    {
      name: "kms",
      target: "kms",
      state,
      contentType: "application/x-amz-json-1.1",
      rateLimited: () => failure("ThrottlingException", "Rate exceeded"),
      failed: (status) =>
        failure("KMSInternalException", "The request was rejected because of an internal error.", status),
      describe: ({ method, path, headers }) => `${method} ${path} ${operationOf(headers["x-amz-target"])}`,
      routes: [
        {
          method: "POST",
          path: "/",
          handle: ({ headers, body }) => {
            const name = operationOf(headers["x-amz-target"]);
            const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
            if (!operation) throw new NotSimulated(`operation ${name || "(none)"}`);
            const { KeyId } = body as { KeyId?: unknown };
            const key = state.keys.find(({ arn }) => arn === KeyId);
            if (state.denied.includes(name))
              return failure("AccessDeniedException", `not authorized to perform: kms:${name} on this resource`);
            if (!key) return failure("NotFoundException", `Key '${String(KeyId)}' does not exist`);
            if (!key.enabled) return failure("DisabledException", `${key.arn} is disabled.`);
            return operation(body, key);
          },
        },
      ],
    },
    options,
  );
}

const privateKeyOf = (base64: string) =>
  createPrivateKey({ key: Buffer.from(base64, "base64"), format: "der", type: "pkcs8" });

const operationOf = (target: string | string[] | undefined): string =>
  typeof target === "string" && target.startsWith("TrentService.") ? target.slice("TrentService.".length) : "";
