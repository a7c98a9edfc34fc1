import { randomBytes } from "node:crypto";
import type { AccessKeys } from "./database-document.ts";

const keyBytes = 32;

/** A new random access key: 44 characters of base64, as Azure's are. */
const newKey = (): string => randomBytes(keyBytes).toString("base64");

/** The keys of a new database. */
export const newAccessKeys = (): AccessKeys => ({ primary: newKey(), secondary: newKey() });

/** The keys after one of them was replaced. */
export const withNewKey = (keys: AccessKeys, which: keyof AccessKeys): AccessKeys => ({ ...keys, [which]: newKey() });

/** The keys as clients read them. */
export const accessKeysBody = ({ primary, secondary }: AccessKeys): object => ({
  primaryKey: primary,
  secondaryKey: secondary,
});
