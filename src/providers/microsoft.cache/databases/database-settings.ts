import type { ClusterKind } from "../skus.ts";
import { hasFeature } from "../api-versions.ts";
import { moduleVersions } from "./database-document.ts";
import type { DatabaseModule, DatabaseSettings, GeoReplication, Persistence } from "./database-document.ts";
import { knowsProperty } from "./database-request.ts";
import type { DatabaseRequest } from "./database-request.ts";

interface Asking {
  readonly asked: DatabaseRequest;
  readonly apiVersion: string;
  readonly kind: ClusterKind;
}

/** What a database has that nobody said anything about (published, recorded). */
export const defaultSettings = (apiVersion: string): DatabaseSettings => ({
  clientProtocol: "Encrypted",
  port: 10_000,
  clusteringPolicy: "OSSCluster",
  evictionPolicy: "VolatileLRU",
  persistence: undefined,
  modules: [],
  geoReplication: undefined,
  notifyKeyspaceEvents: undefined,
  deferUpgrade: "NotDeferred",
  accessKeysAuthentication: hasFeature(apiVersion, "accessKeysOffByDefault") ? "Disabled" : "Enabled",
});

/** The settings of a new database. */
export const initialSettings = (asking: Asking): DatabaseSettings => settle(defaultSettings(asking.apiVersion), asking);

/**
 * The settings of a database after a PUT: what is left out goes back to its default, but for what is decided at
 * creation and for what the caller's version does not know.
 */
export function replacedSettings(current: DatabaseSettings, asking: Asking): DatabaseSettings {
  const defaults = Object.entries(defaultSettings(asking.apiVersion));
  const reset = defaults.filter(([name]) => !decidedAtCreation.has(name) && knowsProperty(asking.apiVersion, name));
  return settle({ ...current, ...Object.fromEntries(reset) }, asking);
}

/** The settings of a database after a PATCH: what is left out stays (RFC 7396). */
export function patchedSettings(current: DatabaseSettings, asking: Asking): DatabaseSettings {
  const persistence = asking.asked.persistence;
  if (persistence === undefined || persistence === null) return settle(current, asking);
  const merged = { ...current.persistence, ...persistence };
  return settle(current, { ...asking, asked: { ...asking.asked, persistence: merged } });
}

const decidedAtCreation: ReadonlySet<string> = new Set(["port", "clusteringPolicy", "modules", "geoReplication"]);

/** Puts what was asked over `base`; null asks for the default, and for nothing where only creation decides. */
function settle(base: DatabaseSettings, { asked, apiVersion, kind }: Asking): DatabaseSettings {
  const defaults = defaultSettings(apiVersion);
  return {
    clientProtocol: choose(asked.clientProtocol, base.clientProtocol, defaults.clientProtocol),
    port: asked.port ?? base.port,
    clusteringPolicy: asked.clusteringPolicy ?? base.clusteringPolicy,
    evictionPolicy: choose(asked.evictionPolicy, base.evictionPolicy, defaults.evictionPolicy),
    persistence: choose(toPersistence(asked.persistence), base.persistence, undefined),
    modules: toModules(asked.modules, base.modules, kind) ?? base.modules,
    geoReplication: toGeoReplication(asked.geoReplication) ?? base.geoReplication,
    notifyKeyspaceEvents: choose(asked.notifyKeyspaceEvents, base.notifyKeyspaceEvents, undefined),
    deferUpgrade: choose(asked.deferUpgrade, base.deferUpgrade, defaults.deferUpgrade),
    accessKeysAuthentication: choose(
      asked.accessKeysAuthentication,
      base.accessKeysAuthentication,
      defaults.accessKeysAuthentication,
    ),
  };
}

function choose<Value>(asked: Value | null | undefined, base: Value, whenNull: Value): Value {
  if (asked === undefined) return base;
  return asked ?? whenNull;
}

/** A frequency is kept also for the kind that is off (recorded 2023); `1s` is AOF's default once that is on (published). */
function toPersistence(asked: DatabaseRequest["persistence"]): Persistence | null | undefined {
  if (asked === undefined || asked === null) return asked;
  const aofEnabled = asked.aofEnabled ?? false;
  const rdbEnabled = asked.rdbEnabled ?? false;
  return {
    aofEnabled,
    rdbEnabled,
    aofFrequency: asked.aofFrequency ?? (aofEnabled ? "1s" : null),
    rdbFrequency: asked.rdbFrequency ?? null,
  };
}

/** A module that is there keeps its version. */
const toModules = (
  asked: DatabaseRequest["modules"],
  base: readonly DatabaseModule[],
  kind: ClusterKind,
): readonly DatabaseModule[] | undefined =>
  asked?.map(({ name, args }) => {
    const known = base.find((module) => module.name === name);
    return { name, args: args ?? "", version: known?.version ?? moduleVersions[kind][name] };
  });

const toGeoReplication = (asked: DatabaseRequest["geoReplication"]): GeoReplication | undefined =>
  asked === undefined || asked === null
    ? undefined
    : {
        groupNickname: asked.groupNickname ?? "",
        linkedDatabases: (asked.linkedDatabases ?? []).map(({ id }) => id),
      };
