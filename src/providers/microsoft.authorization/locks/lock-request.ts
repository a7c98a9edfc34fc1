import { bodySchema } from "../../../arm/body-schema.ts";
import { parseFilterTerms } from "../../../arm/filter-terms.ts";
import { invalidLockName, unsupportedFilter } from "../errors.ts";

const lockLevels = ["CanNotDelete", "ReadOnly"] as const;
export type LockLevel = (typeof lockLevels)[number];

/** The body of a PUT. */
export const lockSchema = bodySchema(
  {
    type: "object",
    required: ["properties"],
    properties: {
      properties: {
        type: "object",
        required: ["level"],
        properties: {
          level: { type: "string", enum: [...lockLevels] },
          notes: { type: ["string", "null"], maxLength: 512 },
        },
      },
    },
  },
  "gateway",
);

const maxNameCharacters = 260;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const forbiddenInNames = /[<>%&:\\?/\u0000-\u001F\u007F]/;

/** Documented rules. @throws ArmError */
export function checkLockName(name: string): void {
  if (name.length > maxNameCharacters || forbiddenInNames.test(name)) throw invalidLockName(name, maxNameCharacters);
}

/** Whether the filter of a list is `atScope()`. @throws ArmError for another filter. */
export function isAtScope(filter: string): boolean {
  const terms = parseFilterTerms(filter);
  const isSupported = terms?.every((term) => term.kind === "call" && term.name === "atscope");
  if (terms === undefined || isSupported !== true) throw unsupportedFilter(filter, "'atScope()'");
  return terms.length > 0;
}
