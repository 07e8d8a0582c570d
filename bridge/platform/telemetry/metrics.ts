import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider, MetricReader, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  /** Adds `by` (default 1, never negative). */
  add(labels?: Labels, by?: number): void;
}

export interface Gauge {
  set(value: number, labels?: Labels): void;
}

export interface Histogram {
  /** Adds one measurement, in the unit of the name. */
  observe(value: number, labels?: Labels): void;
}

/** Numbers of this process. Label values must be few: never ids. */
export interface Metrics {
  /** The counter of that name, made on first use; `name` ends in `_total`. */
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** A gauge that is read whenever somebody collects. What is not among its readings then is absent, and not what it was before. */
  readings(name: string, help: string, read: () => Iterable<{ value: number; labels: Labels }>): void;
  /** For durations: `name` ends in `_seconds`. */
  histogram(name: string, help: string): Histogram;
  /** Prometheus exposition format 0.0.4. */
  render(): Promise<string>;
  /** Sends what has not been sent yet, as far as that is possible in time. */
  stop(): Promise<void>;
}

/** More label combinations than this in one metric is a mistake in the caller; the rest is counted as one. */
const MAX_COMBINATIONS = 500;
/** Upper bounds in seconds, up to the longest that any request may take and one beyond it. */
const BUCKETS = [0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 20];
const PUSH_EVERY_MS = 30_000;
const PUSH_TIMEOUT_MS = 5_000;

/** Collected only when somebody asks. */
class OnDemandReader extends MetricReader {
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

/**
 * Metrics that are scraped, and also pushed where a collector is configured.
 * @param collector base address of an OTLP/HTTP collector; a collector that does not answer costs nothing but its own data
 */
export function createMetrics({ collector }: { collector?: string | undefined } = {}): Metrics {
  const reader = new OnDemandReader({ cardinalitySelector: () => MAX_COMBINATIONS });
  const push =
    collector === undefined
      ? []
      : [
          new PeriodicExportingMetricReader({
            exporter: new OTLPMetricExporter({ url: `${collector}/v1/metrics`, timeoutMillis: PUSH_TIMEOUT_MS }),
            exportIntervalMillis: PUSH_EVERY_MS,
            exportTimeoutMillis: PUSH_TIMEOUT_MS,
          }),
        ];
  const provider = new MeterProvider({ readers: [reader, ...push] });
  const meter = provider.getMeter("incident-response");
  const serializer = new PrometheusSerializer("", false, undefined, true, true);

  return {
    counter(name, help) {
      const counter = meter.createCounter(name, { description: help });
      return { add: (labels, by = 1) => counter.add(by, labels) };
    },
    gauge(name, help) {
      const gauge = meter.createGauge(name, { description: help });
      return { set: (value, labels) => gauge.record(value, labels) };
    },
    readings(name, help, read) {
      meter.createObservableGauge(name, { description: help }).addCallback((result) => {
        for (const { value, labels } of read()) result.observe(value, labels);
      });
    },
    histogram(name, help) {
      const advice = { explicitBucketBoundaries: BUCKETS };
      const histogram = meter.createHistogram(name, { description: help, advice });
      return { observe: (value, labels) => histogram.record(value, labels) };
    },
    async render() {
      const { resourceMetrics } = await reader.collect();
      return serializer.serialize(resourceMetrics);
    },
    async stop() {
      // A collector that is away must not make the process fail at its end.
      await provider.shutdown().catch(() => undefined);
    },
  };
}
