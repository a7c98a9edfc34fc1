import { databaseName } from "./database-document.ts";

const databaseIdPattern =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Cache\/redisEnterprise\/[^/]+\/databases\/[^/]+$/i;

/** Whether `text` is spelled as the id of a database. */
export const isDatabaseId = (text: string): boolean => databaseIdPattern.test(text);

/** Whether two ids name one resource: ids compare in any case. */
export const isSameId = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The id of a cluster's database. */
export const databaseIdOf = (clusterId: string): string => `${clusterId}/databases/${databaseName}`;

/** The id of the resource that a child's id stands below. */
export const parentIdOf = (childId: string): string => childId.split("/").slice(0, -2).join("/");
