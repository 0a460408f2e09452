/**
 * A receiver of OpenTelemetry: what was exported to it, by name. It takes JSON
 * over HTTP (`OTEL_EXPORTER_OTLP_PROTOCOL=http/json`).
 *
 * @module
 */

/** One span that came. */
export interface Span {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Body {
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics?: readonly {
      readonly metrics?: readonly { readonly name: string }[];
    }[];
  }[];
  readonly resourceSpans?: readonly {
    readonly scopeSpans?: readonly {
      readonly spans?: readonly {
        readonly name: string;
        readonly attributes?: readonly Attribute[];
      }[];
    }[];
  }[];
}

/** Listens until it is closed. */
export class OtlpCollector {
  readonly metrics = new Set<string>();
  readonly spans: Span[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const at = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(at, async (request) => {
      this.#take(await request.json());
      return Response.json({});
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async close(): Promise<void> {
    await this.#server.shutdown();
  }

  #take({ resourceMetrics = [], resourceSpans = [] }: Body): void {
    for (const { scopeMetrics = [] } of resourceMetrics) {
      for (const { metrics = [] } of scopeMetrics) {
        for (const { name } of metrics) this.metrics.add(name);
      }
    }
    for (const { scopeSpans = [] } of resourceSpans) {
      for (const { spans = [] } of scopeSpans) {
        for (const { name, attributes = [] } of spans) {
          const pairs = attributes.map(({ key, value }) =>
            [key, Object.values(value)[0]] as const
          );
          this.spans.push({ name, attributes: Object.fromEntries(pairs) });
        }
      }
    }
  }
}
