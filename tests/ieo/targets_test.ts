/**
 * Targets against machines, and the sentence about those that do not fit.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Target } from "../../lib/ieo/manifest.ts";
import {
  describeTargets,
  faultOfTarget,
  type TargetFacts,
} from "../../lib/ieo/fit/targets.ts";

const DEBIAN: TargetFacts = {
  os: "linux",
  architecture: "x86_64",
  distribution: "debian",
  distributionVersion: "12",
};
const ALPINE: TargetFacts = {
  os: "linux",
  architecture: "aarch64",
  distribution: "alpine",
  distributionVersion: "3.19.1",
};
const WINDOWS: TargetFacts = {
  os: "windows",
  architecture: "x86_64",
  distribution: "",
  distributionVersion: "",
};
const NOTHING_KNOWN: TargetFacts = {
  os: "",
  architecture: "",
  distribution: "",
  distributionVersion: "",
};

/** Targets, and which of the machines they fit. */
const FITTING: readonly (readonly [readonly Target[], ...TargetFacts[]])[] = [
  [[], DEBIAN, ALPINE, WINDOWS, NOTHING_KNOWN],
  [[{ os: "linux" }], DEBIAN, ALPINE],
  [[{ architecture: "x86_64" }], DEBIAN, WINDOWS],
  [[{ os: "linux", architecture: "x86_64" }], DEBIAN],
  [[{ os: "windows" }, { distribution: "alpine" }], ALPINE, WINDOWS],
  [[{ distribution: "debian", versions: ">=12" }], DEBIAN],
  [[{ distribution: "debian", versions: "<12" }]],
  [[{ distribution: "alpine", versions: ">=3.19 <3.20" }], ALPINE],
  [[{ distribution: "alpine", versions: "3.19" }]],
  [[{ distribution: "debian", versions: "*" }], DEBIAN],
  [[{ os: "darwin" }]],
];

for (const [targets, ...machines] of FITTING) {
  Deno.test(`faultOfTarget takes for ${describeTargets(targets)} only those`, () => {
    for (const machine of [DEBIAN, ALPINE, WINDOWS, NOTHING_KNOWN]) {
      const fits = faultOfTarget(targets, machine) === null;
      assertEquals(fits, machines.includes(machine), JSON.stringify(machine));
    }
  });
}

Deno.test("faultOfTarget takes no range for a version that is not known", () => {
  const sid = { ...DEBIAN, distributionVersion: "" };
  const ranged = (versions: string) =>
    faultOfTarget([{ distribution: "debian", versions }], sid);
  assert(ranged(">=0") !== null && ranged("<99") !== null);
  assertEquals(ranged("*"), null);
});

/** What is said: targets, machine, sentence. */
const SENTENCES:
  readonly (readonly [readonly Target[], TargetFacts, string])[] = [
    [
      [{ distribution: "debian", versions: "=12", architecture: "x86_64" }],
      { ...ALPINE, distributionVersion: "3.19" },
      "it is for debian 12 on x86_64, and this machine is alpine 3.19 on " +
      "aarch64",
    ],
    [
      [{ os: "linux", architecture: "aarch64" }],
      WINDOWS,
      "it is for linux on aarch64, and this machine is windows on x86_64",
    ],
    [
      [{ os: "windows" }, { os: "darwin" }, { architecture: "riscv64" }],
      DEBIAN,
      "it is for windows, darwin or anything on riscv64, and this machine is " +
      "debian 12 on x86_64",
    ],
    [
      [{ distribution: "ubuntu", versions: ">=22.04 <25" }],
      { ...DEBIAN, distributionVersion: "" },
      "it is for ubuntu >=22.04 <25, and this machine is debian on x86_64",
    ],
    [
      ["a", "b", "c", "d", "e", "f"].map((os) => ({ os })),
      NOTHING_KNOWN,
      "it is for a, b, c, d or 2 more, and this machine is an unknown system",
    ],
  ];

for (const [targets, facts, sentence] of SENTENCES) {
  Deno.test(`faultOfTarget says that ${sentence}`, () => {
    assertEquals(faultOfTarget(targets, facts), sentence);
  });
}
