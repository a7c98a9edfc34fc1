import type { FastifyRequest } from "fastify";
import { isLoopbackHost } from "../tokens/audiences.ts";
import type { IdentitySelector } from "../principals/local-principals.ts";
import { OAuthError } from "../oauth-error.ts";
import { queryParameters } from "../parameters.ts";
import type { Parameters } from "../parameters.ts";
import { isPlainHost } from "../request-origin.ts";
import { accessToResource } from "../tokens/requested-access.ts";
import { hashSecret } from "../principals/secrets.ts";

/** The two services that hand out managed identities' tokens; the api-version says which is meant. */
export type IdentityForm = "imds" | "appService";

const forms: ReadonlyMap<string, IdentityForm> = new Map([
  ["2018-02-01", "imds"],
  ["2019-08-01", "appService"],
]);

/** A refusal, to be told in the way of the service that was called. */
export class IdentityRefusal extends Error {
  override readonly name = "IdentityRefusal";
  readonly form: IdentityForm;
  readonly status: 400 | 401 | 404;
  readonly code: string;

  constructor(refusal: { form: IdentityForm; status?: 400 | 401 | 404; code: string; message: string }) {
    super(refusal.message);
    this.form = refusal.form;
    this.status = refusal.status ?? 400;
    this.code = refusal.code;
  }
}

/** What a caller wants a token for, and as whom. */
export interface IdentityRequest {
  readonly form: IdentityForm;
  readonly resource: string;
  readonly selector: IdentitySelector;
}

/** Reads a request, refusing what a program that is made to fetch URLs, or a page on a rebound name, could send. */
export function readIdentityRequest(request: FastifyRequest, expectedHeader: string | undefined): IdentityRequest {
  const form = readForm(request);
  if (form === "imds") checkMetadataHeader(request);
  else checkIdentityHeader(request, expectedHeader);
  checkHost(request, form);
  const parameters = readParameters(request, form);
  return { form, resource: readResource(parameters, form), selector: readSelector(parameters) };
}

function readForm(request: FastifyRequest): IdentityForm {
  const fallback = request.headers["x-identity-header"] === undefined ? "imds" : "appService";
  const version = readParameters(request, fallback).get("api-version");
  const form = forms.get(version ?? "");
  if (form !== undefined) return form;
  const message =
    version === undefined
      ? "Required query variable 'api-version' is missing"
      : `The api-version '${version}' is invalid. The supported versions are '${[...forms.keys()].join(",")}'`;
  throw new IdentityRefusal({ form: fallback, code: "bad_request", message });
}

function readParameters(request: FastifyRequest, form: IdentityForm): Parameters {
  try {
    return queryParameters(request.url);
  } catch (cause) {
    if (!(cause instanceof OAuthError)) throw cause;
    throw new IdentityRefusal({ form, code: "bad_request", message: cause.message });
  }
}

/** The header that a redirected or forwarded request does not bring. */
function checkMetadataHeader({ headers }: FastifyRequest): void {
  const metadata = headers["metadata"];
  if (typeof metadata === "string" && metadata.toLowerCase() === "true" && headers["x-forwarded-for"] === undefined)
    return;
  const message =
    headers["x-forwarded-for"] === undefined
      ? "Required metadata header not specified"
      : "Requests that were forwarded (X-Forwarded-For) are not answered";
  throw new IdentityRefusal({ form: "imds", code: "bad_request_102", message });
}

function checkIdentityHeader({ headers }: FastifyRequest, expected: string | undefined): void {
  const sent = headers["x-identity-header"];
  const isThere = typeof sent === "string" && sent !== "";
  // By their hashes, so that the time it takes tells nothing of the value.
  if (isThere && (expected === undefined || hashSecret(sent) === hashSecret(expected))) return;
  const message = "The X-IDENTITY-HEADER header is missing or is not the value of IDENTITY_HEADER.";
  throw new IdentityRefusal({ form: "appService", status: 401, code: "Unauthorized", message });
}

/** The address at which virtual machines find the service. */
const linkLocalHost = "169.254.169.254";

/** Plain http has no certificate to hold a name to, so a page on a name rebound to loopback is told apart by its Host. */
function checkHost({ host }: FastifyRequest, form: IdentityForm): void {
  const hostname = isPlainHost(host) ? new URL(`http://${host}/`).hostname : "";
  if (isLoopbackHost(hostname) || hostname === linkLocalHost) return;
  throw new IdentityRefusal({ form, code: "bad_request", message: "The Host header names another machine" });
}

function readResource(parameters: Parameters, form: IdentityForm): string {
  const resource = parameters.get("resource");
  if (resource === undefined) {
    throw new IdentityRefusal({
      form,
      code: "invalid_request",
      message: "Required query variable 'resource' is missing",
    });
  }
  try {
    return accessToResource(resource).resource;
  } catch (cause) {
    if (!(cause instanceof OAuthError)) throw cause;
    throw new IdentityRefusal({ form, code: cause.error, message: cause.message });
  }
}

/** Each client spells these in its own way: `object_id` is App Service's `principal_id`, `mi_res_id` also `msi_res_id`. */
function readSelector(parameters: Parameters): IdentitySelector {
  const clientId = parameters.get("client_id");
  const objectId = parameters.get("object_id") ?? parameters.get("principal_id");
  const resourceId = parameters.get("mi_res_id") ?? parameters.get("msi_res_id");
  return {
    ...(clientId === undefined ? {} : { clientId }),
    ...(objectId === undefined ? {} : { objectId }),
    ...(resourceId === undefined ? {} : { resourceId }),
  };
}
