/** Ours, not OnCall's: OnCall signs nothing, the relay in front of it does. */
export const ONCALL_SIGNATURE_HEADER = "x-grafana-oncall-signature";
export const ONCALL_TIMESTAMP_HEADER = "x-grafana-oncall-timestamp";
