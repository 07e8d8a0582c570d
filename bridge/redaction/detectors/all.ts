import type { Detector } from "../detector.ts";
import { address } from "./address.ts";
import { authScheme } from "./auth-scheme.ts";
import { awsAccount } from "./aws-account.ts";
import { base64Secret } from "./base64-secret.ts";
import { card } from "./card.ts";
import { commandLineSecret } from "./command-line-secret.ts";
import { cookie } from "./cookie.ts";
import { cryptoAddress } from "./crypto-address.ts";
import { customerId } from "./customer-id.ts";
import { email } from "./email.ts";
import { entropySecret } from "./entropy-secret.ts";
import { gazetteerName } from "./gazetteer-name.ts";
import { host } from "./host.ts";
import { iban } from "./iban.ts";
import { ip } from "./ip.ts";
import { jwt } from "./jwt.ts";
import { keyedSecret } from "./keyed-secret.ts";
import { kubernetesSecret } from "./kubernetes-secret.ts";
import { mac } from "./mac.ts";
import { nameCue } from "./name-cue.ts";
import { nationalId } from "./national-id.ts";
import { phone } from "./phone.ts";
import { prefixedSecret } from "./prefixed-secret.ts";
import { privateKey } from "./private-key.ts";
import { slackUser } from "./slack-user.ts";
import { spelledEmail } from "./spelled-email.ts";
import { spokenSecret } from "./spoken-secret.ts";
import { urlCredential } from "./url-credential.ts";

export const DETECTORS: readonly Detector[] = [
  privateKey,
  jwt,
  prefixedSecret,
  urlCredential,
  keyedSecret,
  authScheme,
  cookie,
  commandLineSecret,
  spokenSecret,
  kubernetesSecret,
  base64Secret,
  entropySecret,
  email,
  spelledEmail,
  awsAccount,
  customerId,
  slackUser,
  ip,
  mac,
  host,
  card,
  iban,
  nationalId,
  cryptoAddress,
  phone,
  address,
  nameCue,
  gazetteerName,
];
