import { join } from "node:path";
import type { Running } from "../app/app.ts";
import { isOpenToAll, openToAllWarning, type Settings } from "../app/settings.ts";
import { version } from "./command.ts";

/** The lines that are printed when the server is ready. */
export function welcome({
  settings,
  running,
  homeDir,
}: {
  settings: Settings;
  running: Pick<Running, "origin" | "caPemPath" | "managedIdentityUrl" | "ownerPasswordPath" | "redis">;
  homeDir: string;
}): string {
  const isDefaultDataDir = settings.dataDir === join(homeDir, ".cuprite");
  const tokenCommand = `npx cuprite token${isDefaultDataDir ? "" : ` --data-dir ${quoted(settings.dataDir)}`}`;
  const lines = [
    `Cuprite ${version} is ready.`,
    "",
    `  Resource Manager  ${running.origin}`,
    `  CA certificate    ${running.caPemPath}`,
    `  Managed identity  ${running.managedIdentityUrl}`,
    `  Data directory    ${settings.dataDir}`,
    `  Access token      ${tokenCommand}`,
    ...(running.ownerPasswordPath === undefined ? [] : [`  Owner's password  ${running.ownerPasswordPath}`]),
    ...redisLine(running.redis),
  ];
  if (isOpenToAll(settings)) lines.push("", `Warning: ${openToAllWarning(settings.listen)}`);
  if (settings.demo) lines.push("", ...demoHints({ ...running, tokenCommand }));
  return [...lines, "", "Ctrl+C stops it.", ""].join("\n");
}

function redisLine(redis: Running["redis"]): string[] {
  if (redis === undefined) return [];
  return "found" in redis ? [`  Redis             ${redis.found.version}, ${redis.found.path}`] : ["", redis.missing];
}

const demoConnections =
  "/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f/resourceGroups/rg1/providers/Microsoft.Cache/redisEnterprise/cache1" +
  "/privateEndpointConnections?api-version=2025-07-01";

const demoHints = ({
  origin,
  caPemPath,
  tokenCommand,
}: Record<"origin" | "caPemPath" | "tokenCommand", string>): string[] => [
  "The demonstration has a private endpoint connection that waits for approval:",
  "",
  `  curl --cacert ${quoted(caPemPath)} -H "Authorization: Bearer $(${tokenCommand})" \\`,
  `    "${origin}${demoConnections}"`,
];

/** A path, quoted for a shell where necessary. */
const quoted = (path: string): string => (/^[\w./:\\-]+$/.test(path) ? path : `"${path}"`);
