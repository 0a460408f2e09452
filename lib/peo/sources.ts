/**
 * Every source of programs, once. Their order is that of the reading's start
 * and of nothing else: a list has an order of its own.
 *
 * Flottille's own programs are not here: they come from the installer, and go
 * before all others.
 *
 * @module
 */

import type { Source } from "./source.ts";
import { apkSource } from "./sources/apk.ts";
import { appImageSource } from "./sources/appimage.ts";
import { cargoSource } from "./sources/cargo.ts";
import { dpkgSource } from "./sources/dpkg.ts";
import { flatpakSource } from "./sources/flatpak.ts";
import { gemSource } from "./sources/gem.ts";
import { homebrewSource } from "./sources/homebrew.ts";
import { localSource } from "./sources/local.ts";
import { macosSource } from "./sources/macos_applications.ts";
import { pkgutilSource } from "./sources/macos_receipts.ts";
import { msixSource } from "./sources/msix.ts";
import { npmSource } from "./sources/npm.ts";
import { pacmanSource } from "./sources/pacman.ts";
import { pipSource } from "./sources/pip.ts";
import { rpmSource } from "./sources/rpm.ts";
import { snapSource } from "./sources/snap.ts";
import { windowsSource } from "./sources/windows_programs.ts";

/** All sources, of all systems. */
export const SOURCES: readonly Source[] = [
  dpkgSource(),
  rpmSource(),
  apkSource(),
  pacmanSource(),
  snapSource(),
  flatpakSource(),
  homebrewSource(),
  appImageSource(),
  localSource(),
  windowsSource(),
  msixSource(),
  macosSource(),
  pkgutilSource(),
  npmSource(),
  pipSource(),
  gemSource(),
  cargoSource(),
];

/** The names of the sources that are read only where they are wanted. */
export const LIBRARY_SOURCES: readonly string[] = SOURCES
  .filter(({ isOptional }) => isOptional === true)
  .map(({ name }) => name);

/** Those that may be on this system, without optional ones nobody wants. */
export function sourcesOf(
  system: string,
  libraries: readonly string[],
  among: readonly Source[] = SOURCES,
): readonly Source[] {
  return among.filter(({ name, systems, isOptional }) =>
    systems.includes(system) && (!isOptional || libraries.includes(name))
  );
}
