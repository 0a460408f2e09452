/**
 * The start-up task for Windows, run as SYSTEM. A task and no service: a
 * program of the console cannot answer the service manager. Pure.
 *
 * @module
 */

import { xml } from "./launchd_plist.ts";
import type { Service } from "./service.ts";

/** The whole file; the task scheduler wants it in UTF-16. */
export function windowsTask({ title, command }: Service): string {
  const [program, ...args] = command;
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>${xml(title)}</Description>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger>
      <Enabled>true</Enabled>
    </BootTrigger>
  </Triggers>
  <Principals>
    <Principal id="System">
      <UserId>S-1-5-18</UserId>
      <RunLevel>HighestAvailable</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
    <Hidden>true</Hidden>
  </Settings>
  <Actions Context="System">
    <Exec>
      <Command>${xml(program)}</Command>
      <Arguments>${xml(args.map(argument).join(" "))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** As Windows' programs take their command line apart again. */
function argument(text: string): string {
  if (text !== "" && !/[\s"]/.test(text)) return text;
  const escaped = text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1");
  return `"${escaped}"`;
}
