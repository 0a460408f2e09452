/**
 * Every kind of native packages with its rules.
 *
 * @module
 */

import type { NativeKind } from "../../ieo/manifest/types.ts";
import { APK } from "./apk.ts";
import { DEB } from "./deb.ts";
import type { NativeRules } from "./kind.ts";
import { PKG } from "./macos.ts";
import { RPM } from "./rpm.ts";
import { EXE, MSI } from "./windows.ts";

export const NATIVE_RULES: Readonly<Record<NativeKind, NativeRules>> = {
  deb: DEB,
  rpm: RPM,
  apk: APK,
  msi: MSI,
  exe: EXE,
  pkg: PKG,
};
