export { leakedType, type RedactedSource } from "./leak-check.ts";
export { type RedactOptions, redact } from "./redact.ts";
export { rehydrate } from "./rehydrate.ts";
export { type ScanOptions, scanPublicText } from "./scan-public-text.ts";
export { SealedVaultError } from "./sealed-vault-error.ts";
export type { Audience, Finding, KnownName, RedactedText } from "./types.ts";
export { createVault, incidentKeyOf, openVault, sealVault, type Vault, vaultKeyOf } from "./vault.ts";
