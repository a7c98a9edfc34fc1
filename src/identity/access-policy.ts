import type { Access, Principal } from "../store/principals.ts";
import { administratorName } from "./local-principals.ts";

/** What a principal may do everywhere, without being assigned a role. */
export type AccessPolicy = (principal: Principal) => Access;

/** As the directory has it. */
export const storedAccess: AccessPolicy = ({ access }) => access;

/** The administrator everything, and all others nothing, whatever the directory has. */
export const administratorAlone: AccessPolicy = ({ kind, name }) =>
  kind === "User" && name.toLowerCase() === administratorName ? "Owner" : "None";
