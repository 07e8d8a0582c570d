import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { incidentTrace } from "./incident-trace.ts";

export interface SpanOptions {
  /** Few words, never ids: those are attributes. */
  name: string;
  kind?: "server" | "client" | "internal";
  /** Continues the trace of this incident, wherever the call came from. */
  incident?: string | undefined;
  /** A caller's `traceparent`: the parent where no incident is known, a link where one is. */
  caller?: string | undefined;
  attributes?: Attributes;
}

/** Spans of this process. Nothing here can fail the work it looks at. */
export interface Tracing {
  /** Runs `work` inside a span; what it throws is noted and thrown on. */
  within<T>(options: SpanOptions, work: () => Promise<T>): Promise<T>;
  /** Of the span under way, for whom we call; undefined when nothing is traced. */
  traceparent(): string | undefined;
  /** Sends what has not been sent yet, as far as that is possible in time. */
  stop(): Promise<void>;
}

/** No collector, no spans. */
export const noTracing: Tracing = {
  within: (_options, work) => work(),
  traceparent: () => undefined,
  stop: async () => {},
};

const EXPORT_TIMEOUT_MS = 5_000;
const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Spans sent to a collector. Registers itself for the whole process: make one. */
export function createTracing({ collector }: { collector: string }): Tracing {
  const provider = new NodeTracerProvider({
    spanProcessors: [
      new BatchSpanProcessor(
        new OTLPTraceExporter({ url: `${collector}/v1/traces`, timeoutMillis: EXPORT_TIMEOUT_MS }),
        // A collector that is away costs this much memory and then its newest spans, never more.
        { maxQueueSize: 2_048, exportTimeoutMillis: EXPORT_TIMEOUT_MS },
      ),
    ],
  });
  provider.register();
  const tracer = provider.getTracer("incident-response");

  return {
    within({ name, kind = "internal", incident, caller, attributes = {} }, work) {
      const called = contextOf(caller);
      const parent = incident === undefined ? (called ?? context.active()) : parentIn(incident);
      const link = incident === undefined || called === undefined ? undefined : trace.getSpanContext(called);
      const options = {
        kind: KINDS[kind],
        attributes: { ...attributes, ...(incident === undefined ? {} : { "incident.id": incident }) },
        links: link === undefined ? [] : [{ context: link }],
      };
      return tracer.startActiveSpan(name, options, parent, (span) => watched(span, work));
    },
    traceparent() {
      const carrier: Record<string, string> = {};
      propagation.inject(context.active(), carrier);
      return carrier.traceparent;
    },
    async stop() {
      // A collector that is away must not make the process fail at its end.
      await provider.shutdown().catch(() => undefined);
    },
  };
}

async function watched<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // The name only: a message may hold what people wrote.
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : "unknown" });
    throw error;
  } finally {
    span.end();
  }
}

/** The span under way when it belongs to the incident's trace already, else the incident's own beginning. */
function parentIn(incident: string): Context {
  const traceparent = incidentTrace(incident);
  const active = trace.getSpanContext(context.active());
  return active !== undefined && traceparent.includes(active.traceId)
    ? context.active()
    : (contextOf(traceparent) ?? context.active());
}

function contextOf(traceparent: string | undefined): Context | undefined {
  if (traceparent === undefined) return undefined;
  const extracted = propagation.extract(ROOT_CONTEXT, { traceparent });
  return trace.getSpanContext(extracted) === undefined ? undefined : extracted;
}
