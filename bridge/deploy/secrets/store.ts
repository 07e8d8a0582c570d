import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";

/** The entries of one environment, as the tool needs them. */
export interface SecretStore {
  /** Undefined: there is no entry, or it holds no value yet. */
  read(name: string): Promise<string | undefined>;
  /** Makes it the current value; the one before stays valid as AWSPREVIOUS. False: there is no such entry. */
  write(name: string, value: string): Promise<boolean>;
}

export function createSecretStore(client: Pick<SecretsManagerClient, "send">, prefix: string): SecretStore {
  return {
    async read(name) {
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId: `${prefix}${name}` }))).SecretString;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
    async write(name, value) {
      try {
        await client.send(new PutSecretValueCommand({ SecretId: `${prefix}${name}`, SecretString: value }));
        return true;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return false;
        throw error;
      }
    },
  };
}
