import { isLoopbackHost } from "../identity/tokens/audiences.ts";
import type { Settings } from "./settings.ts";

/** Whether people on other machines may reach the server and sign in as whom they like. */
export const isOpenToAll = ({ listen, strict }: Pick<Settings, "listen" | "strict">): boolean =>
  !strict && !isLoopbackHost(listen.includes(":") ? `[${listen}]` : listen);

/** What to tell a person of that. */
export const openToAll = (listen: string): string =>
  `Everybody who can reach ${listen} may do everything here, as any password is taken: --strict asks for the owner's.`;
