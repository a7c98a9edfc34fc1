import type { FastifyInstance } from "fastify";
import { registerArm } from "../arm/routes.ts";
import type { Arm } from "../arm/server.ts";
import { createRoutedApp } from "../http/routed-app.ts";
import type { Authority } from "../identity/authority.ts";
import { registerGraph } from "../identity/graph/graph-routes.ts";
import { registerAuthority } from "../identity/routes.ts";
import { registerManagement, type ManagementServices } from "../management/management.ts";

/** What the routes serve. */
export interface RouteServices extends ManagementServices {
  readonly authority: Authority;
  readonly arm: Arm;
}

/** Makes the Fastify instance with all routes of the origin. It is loaded with what they need, when the first is used. */
export async function createRoutes({ arm, ...services }: RouteServices): Promise<FastifyInstance> {
  const app = createRoutedApp();
  await registerAuthority(app, services.authority);
  await registerGraph(app, services.authority);
  await registerManagement(app, services);
  await registerArm(app, arm);
  return app;
}
