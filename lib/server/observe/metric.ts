/**
 * What a metric is: a name that Prometheus would choose, a sentence, and where
 * its values are read. Only shapes; `metrics_table.ts` has the metrics.
 *
 * @module
 */

/** One value, and of what. */
export interface Sample {
  /** Few values each: never a machine, an order or an address. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric that is read from `S`. */
export interface Metric<S> {
  /** With its unit in it, as Prometheus has it: `..._bytes`, `..._total`. */
  readonly name: string;
  /** A counter only grows while the process lives; its name ends in `_total`. */
  readonly kind: "gauge" | "counter";
  /** A sentence without its end. */
  readonly help: string;
  read(state: S): readonly Sample[];
}

/** A metric of one value. */
export function one(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}

/** A value for each value of a label. */
export function by(
  label: string,
  values: Iterable<readonly [string, number]>,
): readonly Sample[] {
  return [...values].map(([key, value]) => ({
    labels: { [label]: key },
    value,
  }));
}
