import { missing, refused, type Fault } from "../errors.ts";
import type { ClusterMaintenance, MaintenanceWindow } from "./cluster.ts";
import type { ClusterUpdate } from "./cluster-request.ts";

type MaintenanceRequest = NonNullable<NonNullable<ClusterUpdate["properties"]>["maintenanceConfiguration"]>;
type WindowRequest = NonNullable<MaintenanceRequest["maintenanceWindows"]>[number];

/** The maintenance windows after a PUT; undefined, also for an empty list, for any time that Azure chooses. */
export function replacedMaintenance(asked: MaintenanceRequest | null | undefined): ClusterMaintenance | undefined {
  const windows = asked?.maintenanceWindows ?? [];
  return windows.length === 0 ? undefined : { maintenanceWindows: windows.map(toWindow) };
}

/** The maintenance windows after a PATCH: a list replaces the one before (RFC 7396). */
export function updatedMaintenance(
  asked: MaintenanceRequest | null | undefined,
  current: ClusterMaintenance | undefined,
): ClusterMaintenance | undefined {
  const isLeftOut = asked === undefined || (asked !== null && asked.maintenanceWindows === undefined);
  return isLeftOut ? current : replacedMaintenance(asked);
}

function toWindow({ type, duration, startHourUtc, schedule }: WindowRequest): MaintenanceWindow {
  const dayOfWeek = schedule?.dayOfWeek ?? undefined;
  return { type, duration, startHourUtc, ...(dayOfWeek === undefined ? {} : { schedule: { dayOfWeek } }) };
}

const listTarget = "properties.maintenanceConfiguration.maintenanceWindows";

/** The faults of the windows that a cluster would have. */
export const maintenanceFaults = (wanted: ClusterMaintenance | undefined): Fault[] =>
  (wanted?.maintenanceWindows ?? []).flatMap((window, index) => windowFaults(window, `${listTarget}[${index}]`));

function windowFaults({ duration, startHourUtc, schedule }: MaintenanceWindow, target: string): Fault[] {
  return [
    ...durationFaults(duration, `${target}.duration`),
    ...hourFaults(startHourUtc, `${target}.startHourUtc`),
    ...(schedule === undefined ? [missing(`${target}.schedule.dayOfWeek`)] : []),
  ];
}

/** ISO 8601 §5.5.2.2, without years and months, whose length varies. */
const durationPattern = /^P(?=.)(?:\d+W|(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/;

function durationFaults(duration: string, target: string): Fault[] {
  if (durationPattern.test(duration) && /[1-9]/.test(duration)) return [];
  return [refused(target, duration, "is not a duration in ISO 8601 format and longer than none, for example 'PT5H'.")];
}

const lastHour = 23;

function hourFaults(hour: number, target: string): Fault[] {
  if (hour >= 0 && hour <= lastHour) return [];
  return [refused(target, String(hour), `is not an hour of the day, from 0 to ${lastHour}.`)];
}
