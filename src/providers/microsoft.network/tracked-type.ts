import { invalidLocationChange, resourceNotFound } from "../../arm/errors.ts";
import {
  alreadyDone,
  beginWork,
  lifecycleOperations,
  lifecycleWork,
  patchTags,
  settled,
  waitingFor,
} from "../../arm/lifecycle.ts";
import type { Lifecycle, Settling } from "../../arm/lifecycle.ts";
import type { ResourceKind } from "../../arm/resource-kind.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../arm/resource-type.ts";
import type { Tags } from "../../arm/tags.ts";
import { write } from "../../arm/write.ts";
import { newUuid } from "../../kernel/ids.ts";
import type { Queryable, StoredResource, Transaction } from "../../store/store.ts";
import {
  etagOf,
  retryAfterSeconds,
  writeResponse,
  networkDialect,
  networkType,
  refuseWhileBusy,
} from "./network-type.ts";
import type { NetworkServices } from "./network-type.ts";
import { checkName, readLocation, readTags } from "./network-request.ts";

/** What is stored of a resource besides its settings. */
export interface TrackedDocument extends Settling {
  readonly name: string;
  /** Region name, e.g. `westus2`. */
  readonly location: string;
  readonly tags: Tags | undefined;
  readonly resourceGuid: string;
}

type StoredTracked<Settings extends object> = StoredResource<TrackedDocument & Settings>;

type PropertiesOf<Settings extends object> = (resource: StoredTracked<Settings>, etag: string) => object;

/** An outermost type whose PUT only stores the settings. */
interface TrackedType<Settings extends object> {
  readonly kind: ResourceKind<TrackedDocument & Settings>;
  /** As operations are listed: `Network Security Group`, `Network Security Groups`. */
  readonly noun: string;
  readonly plural: string;
  /** How long Azure takes to create one, and to delete one. */
  readonly azureDurationMs: number;
  /** What a PUT sets. @throws ArmError naming every fault */
  readonly read: (request: ArmRequest) => Settings;
  /** `properties` as clients read them, after `provisioningState` and `resourceGuid`. */
  readonly properties: (
    from: Queryable,
    resources: readonly StoredTracked<Settings>[],
  ) => Promise<PropertiesOf<Settings>> | PropertiesOf<Settings>;
  /** Refuses to delete what must stay. @throws ArmError */
  readonly checkRemovable?: (tx: Transaction, resource: StoredTracked<Settings>) => Promise<void>;
  readonly listedActions?: ResourceType["listedActions"];
}

/** The type that a declaration describes, with all of its operations. */
export function trackedType<Settings extends object>(
  declared: TrackedType<Settings>,
  services: NetworkServices,
): ResourceType {
  const { kind, listedActions } = declared;
  const life = lifecycleOf(declared, services);
  const put = putTracked(declared, life, services);
  return {
    ...networkType(kind.types, {
      ...lifecycleOperations(life),
      put,
      patch: { ...put, handle: patchTags(life, readTags) },
    }),
    ...(listedActions === undefined ? {} : { listedActions }),
    work: [...lifecycleWork(life), alreadyDone(updateWork(kind))],
  };
}

const updateWork = ({ type }: ResourceKind<object>): string => `${type}.update`;

function lifecycleOf<Settings extends object>(
  declared: TrackedType<Settings>,
  services: NetworkServices,
): Lifecycle<TrackedDocument & Settings> {
  const { kind, noun, plural, azureDurationMs, properties, checkRemovable } = declared;
  const body = (resource: StoredTracked<Settings>, propertiesOf: PropertiesOf<Settings>): object => {
    const { id, version, document } = resource;
    const { name, location, tags, resourceGuid, provisioningState } = document;
    const etag = etagOf({ resourceGuid, version });
    return {
      name,
      id,
      etag,
      type: kind.type,
      location,
      ...(tags === undefined ? {} : { tags }),
      properties: { provisioningState, resourceGuid, ...propertiesOf(resource, etag) },
    };
  };
  return {
    kind,
    dialect: networkDialect(services),
    noun,
    plural,
    work: {
      write: { name: `${kind.type}.write`, azureDurationMs },
      delete: { name: `${kind.type}.delete`, azureDurationMs },
    },
    async bodies(from, resources) {
      const propertiesOf = await properties(from, resources);
      return resources.map((resource) => body(resource, propertiesOf));
    },
    readsOnce: true,
    notFound: ({ name, group }) => resourceNotFound({ type: kind.type, name, group }),
    locationOf: (_from, { document: { location } }) => location,
    ...(checkRemovable === undefined ? {} : { checkRemovable }),
  };
}

/** Creates a resource (201), or replaces its settings (200), which have changed when the response is sent. */
function putTracked<Settings extends object>(
  { kind, noun, read }: TrackedType<Settings>,
  life: Lifecycle<TrackedDocument & Settings>,
  services: NetworkServices,
): ArmOperation {
  const title = `Create or Update ${noun}`;
  return {
    action: `${kind.type}/write`,
    display: { operation: title, description: `${title}.` },
    body: "required",
    async handle(request) {
      const { resourceId, name, group } = request;
      checkName(name, "trackedResource");
      const location = readLocation(request.body, kind.type);
      // In this order: what is wrong with the tags is refused before the properties are read.
      const wanted = { name, location, tags: readTags(request.body), ...read(request) };
      return write(services, request, async (tx, nowMs) => {
        const current = await kind.find(tx, resourceId);
        const from = current?.document.location ?? location;
        if (current !== undefined) refuseWhileBusy(request, current, from);
        if (from !== location) throw invalidLocationChange({ name, group, from, to: location });
        const work = current === undefined ? life.work.write.name : updateWork(kind);
        const operation = await beginWork(services, tx, { kind: work, resourceId, location });
        const state = current === undefined ? waitingFor(operation, "Updating") : settled;
        const resourceGuid = current?.document.resourceGuid ?? newUuid();
        const document = { ...wanted, resourceGuid, ...state };
        const saved = await kind.save(tx, current, { id: resourceId, document }, nowMs);
        const [body = {}] = await life.bodies(tx, [saved], request);
        const answer =
          current === undefined ? { status: 201, retryAfterSeconds: retryAfterSeconds.others } : { status: 200 };
        return { response: writeResponse(services, request, { ...answer, body, operation }) };
      });
    },
  };
}
