/** A services file as an organisation would write it: the sandbox cast. */
export const SERVICES_YAML = `severity: { critical: SEV1, high: SEV2, warning: SEV3, info: SEV4 }
rooms: [SEV1, SEV2]
nudge: { SEV1: PT15M, SEV2: PT1H30M }
labels: [service, service_name, app]
approvers: { slack_group: status-approvers, directory_group: status-approvers, page: SV6H2NPZ8RW4J }
fallback_group: incident-fallback
public_terms: [status.kestrel.example.com, support@kestrel.example.com]
services:
  payments:
    team: Payments
    oncall_schedule: SV6H2NPZ8RW4J
    directory_group: payments-sre
    components: [k7m2x9q4wtzn]
    repositories: [kestrel-freight/payments]
    queries: { error_rate: { query: 'sum(rate(http_errors{service="payments"}[5m]))', unit: ratio }, latency: { query: 'http_p99_seconds{service="{{service}}"}', unit: seconds },
      saturation: { query: 'max(db_pool_used_ratio{service="{{service}}"})', unit: ratio } }
    call: https://meet.example.com/payments
    approval: default
  search: { team: Search, queries: { error_rate: 'up' } }
`;
