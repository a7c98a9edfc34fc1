import type { Access, Principal } from "../../store/principals.ts";
import { administratorName } from "./local-principals.ts";

/** What a principal may do everywhere, without being assigned a role. */
export type AccessPolicy = (principal: Principal) => Access;

/** As the directory has it, or under a strict authority the administrator everything and all others nothing. */
export const accessPolicy = ({ isStrict }: { isStrict: boolean }): AccessPolicy =>
  isStrict ? administratorAlone : ({ access }) => access;

const administratorAlone: AccessPolicy = ({ kind, name }) =>
  kind === "User" && name.toLowerCase() === administratorName ? "Owner" : "None";
