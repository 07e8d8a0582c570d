import { digits, hexOf, one, type Writer, word } from "./draw.ts";

export const keeps: Writer = (f, add) => {
  const keep = (category: string, text: string, ...kept: string[]) => add(category, text, [], kept);
  const sha = hexOf(f, 40);
  const v4 = `${f.number.int({ min: 1, max: 30 })}.${f.number.int({ min: 0, max: 20 })}.${f.number.int({ min: 0, max: 99 })}.${f.number.int({ min: 1, max: 99 })}`;
  keep("neg_version", `bumped agent to version ${v4} and api to v${f.system.semver()}-rc.2`, v4);
  keep(
    "neg_version",
    `User-Agent: Mozilla/5.0 Chrome/${f.number.int({ min: 90, max: 140 })}.0.${f.number.int({ min: 1000, max: 6999 })}.${f.number.int({ min: 10, max: 199 })} Safari/537.36`,
    "Safari/537.36",
  );
  keep(
    "neg_sha",
    `deployed ${sha.slice(0, 7)} (${sha}) to prod at ${f.date.recent().toISOString()}`,
    sha,
    sha.slice(0, 7),
  );
  keep("neg_sha", `image api@sha256:${hexOf(f, 64)} pulled in 4.1s`, "4.1s", "sha256:");
  const trace = hexOf(f, 32);
  const span = hexOf(f, 16);
  keep("neg_trace", `traceparent: 00-${trace}-${span}-01 trace_id=${trace}`, trace, span);
  keep("neg_trace", `request_id=${f.string.uuid()} took 4.2s; span_id=${span}`, span, "4.2s");
  const request = f.string.uuid();
  keep("neg_trace", `x-request-id: ${request} upstream_rq_timeout`, request);
  const pod = `${word(f)}-api-${hexOf(f, 9)}-${f.string.alphanumeric({ length: 5, casing: "lower" })}`;
  keep("neg_k8s", `pod ${pod} OOMKilled, restarts=14 in namespace payments-prod`, pod, "payments-prod", "OOMKilled");
  keep(
    "neg_k8s",
    `Back-off restarting failed container checkout in pod checkout-7d9f8b6c5-x2x${digits(f, 1)}z_payments(${f.string.uuid()})`,
    "failed container checkout",
  );
  keep("neg_k8s", `i-0${hexOf(f, 16)} in eu-west-1b is unhealthy, vol-0${hexOf(f, 16)} detached`, "eu-west-1b");
  keep(
    "neg_metric",
    `sum(rate(http_requests_total{service="checkout",code=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.0${digits(f, 1)}`,
    'http_requests_total{service="checkout",code=~"5.."}[5m]',
  );
  keep(
    "neg_metric",
    `histogram_quantile(0.99, sum by (le) (rate(latency_bucket[1m]))) = ${f.number.float({ min: 1, max: 9, fractionDigits: 3 })}`,
    "histogram_quantile(0.99",
  );
  keep(
    "neg_metric",
    `p99 ${f.number.int({ min: 900, max: 9000 })}ms, error rate 12.5 %, 1,204,551 requests, offset 8812340091`,
    "1,204,551",
    "8812340091",
    "12.5 %",
  );
  keep(
    "neg_ticket",
    `see PAY-${digits(f, 4)} and INC-20260302-0941-Q7ZK, duplicate of #${digits(f, 5)}`,
    "INC-20260302-0941-Q7ZK",
  );
  keep(
    "neg_date",
    `from 2026-03-02 09:41:07.331 to 2026-03-02T11:05:09+01:00 (84 min), epoch ${f.number.int({ min: 1_700_000_000, max: 1_790_000_000 })}`,
    "2026-03-02 09:41:07.331",
    "2026-03-02T11:05:09+01:00",
    "84 min",
  );
  keep(
    "neg_date",
    `window 02.03.2026 09:00-11:30, next 03/04/2026 at 7:15 pm`,
    "02.03.2026",
    "09:00-11:30",
    "03/04/2026",
  );
  keep(
    "neg_http",
    `HTTP/1.1 503 Service Unavailable, upstream connect error, reset reason: connection timeout, cf-ray 8f1${hexOf(f, 13)}-FRA`,
    "503 Service Unavailable",
  );
  keep(
    "neg_http",
    `127.0.0.1:8080 and 0.0.0.0:9090 listen, ::1 too; docs at https://docs.example.com/runbooks/payments#rollback`,
    "127.0.0.1:8080",
    "0.0.0.0:9090",
    "https://docs.example.com/runbooks/payments#rollback",
  );
  const product = one(f, PRODUCTS);
  const other = one(f, PRODUCTS);
  keep("neg_product", `${product} is slow and ${other} alerts fire since the rollout`, product, other);
  keep("neg_product", `We moved from ${product} to ${other} last week, rollback is safe`, product, other);
  keep(
    "neg_product",
    `Postgres 15.4 failover, Kafka consumer lag 12000, Redis evictions up, Grafana says green`,
    "Postgres 15.4",
    "Kafka",
    "Redis",
    "Grafana",
  );
  const error = one(f, ["NullPointerException", "SocketTimeoutException", "IllegalStateException", "OutOfMemoryError"]);
  keep(
    "neg_stack",
    `java.lang.${error}: Cannot invoke method on null\n\tat com.kestrel.payments.ChargeService.capture(ChargeService.java:${digits(f, 3)})\n\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:897)`,
    error,
    "com.kestrel.payments.ChargeService.capture",
    "FrameworkServlet.java:897",
  );
  keep(
    "neg_stack",
    `Traceback (most recent call last):\n  File "/app/orders/views.py", line ${digits(f, 3)}, in create_order\nKeyError: 'currency'`,
    "/app/orders/views.py",
    "KeyError: 'currency'",
  );
  keep(
    "neg_stack",
    `goroutine 4412 [running]:\nmain.(*Server).handle(0xc0001${hexOf(f, 5)}, 0x1)\n\t/src/server.go:214 +0x1d4`,
    "/src/server.go:214",
    "main.(*Server).handle",
  );
  keep(
    "neg_log",
    `${f.date.recent().toISOString()} INFO  [http-nio-8080-exec-7] c.k.p.OrderController - order accepted in ${digits(f, 2)} ms partition=3 offset=99812`,
    "OrderController",
    "partition=3",
    "offset=99812",
  );
  keep(
    "neg_log",
    `E0302 09:41:07.331211 1 leaderelection.go:330] error retrieving resource lock kube-system/controller: timed out`,
    "leaderelection.go:330",
    "kube-system/controller",
  );
  keep(
    "neg_number",
    `queue depth ${digits(f, 6)}, memory 1.5 GiB of 2 GiB, 99.95 % SLO, build 20260302.4, exit code 137`,
    "1.5 GiB of 2 GiB",
    "99.95 %",
    "20260302.4",
    "137",
  );
  const sentence = one(f, CHAT);
  keep("neg_chat", sentence, sentence);
};
const PRODUCTS =
  "Kafka|Postgres|Redis|Grafana|Prometheus|Kubernetes|Istio|Envoy|Jenkins|Datadog|Terraform|Vault|Consul|Elasticsearch|Kibana|Loki|Tempo|Mimir|Linear|Slack|Stripe|Cloudflare|Argo CD|Payments API|Checkout|Search|Statuspage|GitHub Actions|Travis CI|Apache Flink|Hazelcast|Cassandra|MongoDB Atlas|New Relic|Sentry|PagerDuty|Twilio|Okta|Snowflake|Airflow|Celery|Nginx|HAProxy|Linkerd|Cilium|Bedrock|DynamoDB|Aurora|Athena|Fargate|Lambda|Pulsar|RabbitMQ|Temporal|Nomad|Calico|Cilium|Spring Boot|Ruby on Rails|Django|Hermes|Apollo Router|Neptune|Gatling|Helm|Flux|Harbor|Karpenter".split(
    "|",
  );
const CHAT = [
  "Rolling back the Checkout deploy now, Search looks healthy",
  "Mark the incident as SEV2 and page the Payments team",
  "Will that bring Orders back before Friday?",
  "Customer Success wants a summary for the European customers",
  "Status page says Degraded Performance, Support sees fewer tickets",
  "May I restart the London cluster? Frankfurt is fine",
  "Grace period of 30 minutes, then we fail over to Dublin",
  "The Long Running Jobs queue is empty again",
  "Black Friday traffic, Summer Sale banner still cached",
  "Page On Call for Data Platform, they own the Early Warning job",
  "Root cause unknown, Next update at 10:30 UTC",
  "Internal Server Error on Place Order for German and French customers",
  "Team Kestrel Freight, please use the War Room and not the General channel",
  "Amazon confirmed an issue in Northern Virginia, Azure West Europe is fine",
  "Can someone check the Google Cloud console for Cloud SQL errors?",
  "Disk Full on the Primary, Replica is catching up",
  "Apple Pay and Google Pay both fail, Klarna works",
  "Visa and Mastercard declines doubled since Tuesday",
  "Feature Flag New Pricing is off for everyone in Canada and Mexico",
  "No Data alert for Synthetic Checks, probably the Probe itself",
];
