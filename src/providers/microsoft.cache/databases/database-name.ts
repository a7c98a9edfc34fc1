import { ArmError } from "../../../arm/arm-error.ts";
import { hasFeature } from "../api-versions.ts";
import { databaseName } from "./database-document.ts";

const lettersAndDigits = "^[A-Za-z0-9]{1,60}$";
const withHyphens = "^(?=.{1,60}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*$";

/** Lets the one name pass that a database can have, in any case. @throws ArmError naming the rule. */
export function checkDatabaseName(name: string, apiVersion: string): void {
  if (name.toLowerCase() === databaseName) return;
  const pattern = patternOf(apiVersion);
  const isMisspelt = pattern !== undefined && !new RegExp(pattern).test(name);
  throw new ArmError({
    code: "InvalidResourceName",
    speaker: "provider",
    target: "databaseName",
    message: isMisspelt
      ? `The database name '${name}' is not valid; it has to match the pattern '${pattern}'.`
      : `The database name '${name}' is not valid; a cluster has a single database, which is called '${databaseName}'.`,
  });
}

function patternOf(apiVersion: string): string | undefined {
  if (!hasFeature(apiVersion, "namePattern")) return undefined;
  return hasFeature(apiVersion, "hyphensInNames") ? withHyphens : lettersAndDigits;
}
