/** flatpak's directories: made by the real flatpak, recorded, and broken. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { FaultList } from "../../../lib/peo/faults.ts";
import { flatpakSource } from "../../../lib/peo/sources/flatpak.ts";
import {
  flatpakProgram,
  parseDeploy,
} from "../../../lib/peo/sources/flatpak_parser.ts";
import { canTest } from "../../install/native_root.ts";
import { fixture, inRoot, lines, type ToolRoot } from "./tool_root.ts";

const ignore = !await canTest("flatpak");

Deno.test("parseDeploy reads what flatpak wrote", async () => {
  assertEquals(parseDeploy(await fixture("flatpak/app.deploy")), {
    origin: "here",
    sizeBytes: 1_536,
    version: "4.5.6",
    licence: "GPL-3.0+",
  });
  assertEquals(parseDeploy(await fixture("flatpak/runtime.deploy")), {
    origin: "here",
    sizeBytes: 512,
    version: undefined,
    licence: undefined,
  });
});

/** The home of somebody who installs for herself. */
const HOME = "/people/anna";

Deno.test(
  "flatpakSource lists what flatpak lists: none missed, none invented",
  { ignore },
  () =>
    inRoot(async (root) => {
      await makeRepository(root);
      await install(root, "--system", "org.example.H2");
      await install(root, "--user", "org.example.H2.Beta");
      const { programs, faults } = await flatpakSource().read(root);
      assertEquals(faults, []);
      const said = await flatpak(
        root,
        "list",
        "--all",
        "--columns=application,version,branch,arch,origin",
      );
      const told = said.trim().split("\n").map((line) => {
        const [name, version, branch, arch, origin] = line.split("\t");
        const shown = version || (/^\d/.test(branch ?? "") ? branch : "");
        const at = shown === "" ? "" : `@${shown}`;
        return `pkg:flatpak/${name}${at}?arch=${arch}&branch=${branch}` +
          `&origin=${origin}`;
      });
      assertEquals(programs.map(({ purl }) => purl).sort(), told.sort());
      assertEquals(new Set(told).size, 4);
      const app = programs.find(({ name }) => name === "org.example.H2");
      assertEquals(app?.version, "4.5.6");
      assertEquals(app?.licence, "GPL-3.0+");
      assert((app?.sizeBytes ?? 0) > 0);
    }, { homes: [HOME] }),
);

/** Two apps, their runtime, and translations of it. */
async function makeRepository(root: ToolRoot): Promise<void> {
  for (const id of ["org.example.H2", "org.example.H2.Beta"]) {
    const about = `<component type="desktop-application"><id>${id}</id>` +
      "<name>H2</name><project_license>GPL-3.0+</project_license>" +
      '<releases><release version="4.5.6" date="2024-01-01"/></releases>' +
      "</component>";
    const runtime = "runtime=org.example.Platform/x86_64/23.08";
    await root.put(
      `made/${id}/metadata`,
      `[Application]\nname=${id}\n${runtime}\n`,
    );
    await root.put(
      `made/${id}/files/share/app-info/xmls/${id}.xml.gz`,
      gzipSync(`<components version="0.8">${about}</components>`),
    );
    await Deno.mkdir(join(root.root, `made/${id}/export`));
    await flatpak(
      root,
      "build-export",
      "--arch=x86_64",
      at(root, "repo"),
      at(root, id),
      "stable",
    );
  }
  for (const id of ["org.example.Platform", "org.example.Platform.Locale"]) {
    await root.put(`made/${id}/metadata`, `[Runtime]\nname=${id}\n`);
    await root.put(`made/${id}/usr/x`, "x");
    await root.put(`made/${id}/files/x`, "x");
    await flatpak(
      root,
      "build-export",
      "--arch=x86_64",
      "--runtime",
      at(root, "repo"),
      at(root, id),
      "23.08",
    );
  }
}

function at({ root }: ToolRoot, path: string): string {
  return join(root, "made", path);
}

async function install(root: ToolRoot, where: string, id: string) {
  await flatpak(
    root,
    "remote-add",
    where,
    "--no-gpg-verify",
    "here",
    at(root, "repo"),
  );
  await flatpak(
    root,
    "install",
    where,
    "-y",
    "--noninteractive",
    "here",
    id,
    "org.example.Platform.Locale//23.08",
  );
}

/** Runs flatpak away from this machine's own installations. */
async function flatpak({ root }: ToolRoot, ...args: string[]): Promise<string> {
  const home = join(root, HOME);
  await Deno.mkdir(home, { recursive: true });
  await Deno.mkdir(join(root, "var/lib"), { recursive: true });
  const { code, stdout, stderr } = await new Deno.Command("flatpak", {
    args,
    clearEnv: true,
    env: {
      PATH: "/usr/bin:/bin",
      LC_ALL: "C.UTF-8",
      HOME: home,
      FLATPAK_SYSTEM_DIR: join(root, "var/lib/flatpak"),
      FLATPAK_USER_DIR: join(home, ".local/share/flatpak"),
    },
  }).output();
  if (code === 0) return new TextDecoder().decode(stdout);
  throw new Error(`flatpak ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}

const APP = "var/lib/flatpak/app/org.example.H2/x86_64";

Deno.test("flatpakSource says nothing where there is no flatpak", () =>
  inRoot(async (root) => {
    assertEquals(await lines(flatpakSource(), root), {
      programs: [],
      faults: [],
    });
  }));

Deno.test("flatpakSource lists an app whose account is broken, and says so", () =>
  inRoot(async (root) => {
    const deploy = await fixture("flatpak/app.deploy");
    await root.put(`${APP}/stable/active/deploy`, deploy);
    await root.put(`${APP}/21.04/active/deploy`, deploy.subarray(0, 100));
    await root.put(`${APP}/beta/active/files/x`, "");
    await root.put(`${APP}/removed/.removed/x`, "");
    assertEquals(await lines(flatpakSource(), root), {
      programs: [
        "org.example.H2 21.04 x86_64",
        "org.example.H2  x86_64",
        "org.example.H2 4.5.6 x86_64",
      ],
      faults: [
        'The account that flatpak keeps of "org.example.H2" cannot be read; ' +
        "it is listed without a version",
        'The account that flatpak keeps of "org.example.H2" is not there; ' +
        "it is listed without a version",
      ],
    });
  }));

Deno.test("flatpakSource keeps two branches of one version apart", () =>
  inRoot(async (root) => {
    const deploy = await fixture("flatpak/app.deploy");
    const own = `${HOME}/.local/share/flatpak/app/org.example.H2/x86_64`;
    await root.put(`${APP}/stable/active/deploy`, deploy);
    await root.put(`${own}/stable/active/deploy`, deploy);
    assertEquals((await lines(flatpakSource(), root)).programs, [
      "org.example.H2 4.5.6 x86_64",
      "org.example.H2 4.5.6 x86_64", // The same, which a list says once.
    ]);
    await root.put(`${APP}/beta/active/deploy`, deploy);
    assertEquals((await lines(flatpakSource(), root)).programs, [
      "org.example.H2//beta 4.5.6 x86_64",
      "org.example.H2//stable 4.5.6 x86_64",
      "org.example.H2//stable 4.5.6 x86_64",
    ]);
  }, { homes: [HOME] }));

Deno.test("flatpakProgram names an app whose name no list may hold", () => {
  const faults = new FaultList("flatpak");
  const one = { architecture: "x86_64", branch: "stable", deploy: null };
  assertEquals(flatpakProgram({ ...one, id: "a\x1b" }, faults), null);
  assertMatch(faults.all()[1]?.error ?? "", /^Cannot list "a\\u001b"/);
});

Deno.test("parseDeploy refuses what was cut off, at each byte", async () => {
  const whole = await fixture("flatpak/app.deploy");
  for (let end = 0; end < whole.length; end++) {
    assertEquals(parseDeploy(whole.subarray(0, end)), undefined, `at ${end}`);
  }
});

Deno.test("parseDeploy never throws", async () => {
  const whole = await fixture("flatpak/app.deploy");
  const changed = fc.tuple(
    fc.nat(whole.length - 1),
    fc.integer({ min: 0, max: 255 }),
  ).map(([place, byte]) => whole.with(place, byte));
  fc.assert(fc.property(
    fc.oneof(fc.uint8Array({ maxLength: 400 }), changed),
    (bytes) => {
      const facts = parseDeploy(bytes);
      assert(facts === undefined || facts.sizeBytes >= 0);
    },
  ));
});
