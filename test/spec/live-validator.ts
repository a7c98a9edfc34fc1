import { createRequire } from "node:module";
import { parsedBody, type Finding } from "./findings.ts";
import { copyWithClosedEnums } from "./published-document.ts";
import type { RecordedExchange } from "../support/exchange-recorder.ts";

/** What the validator says of an exchange. */
export interface Verdict {
  /** The document's operation; undefined where it has none. */
  readonly operationId: string | undefined;
  readonly findings: readonly Finding[];
}

export interface LiveValidator {
  /** A request that was refused is meant to be wrong, so that only its answer is validated. */
  validate(exchange: RecordedExchange): Promise<Verdict>;
}

/** Opens Microsoft's `LiveValidator` over the published document, its enums closed. */
export async function openLiveValidator(): Promise<LiveValidator> {
  const copy = copyWithClosedEnums();
  try {
    const validator = new (loadOav().LiveValidator)(
      {
        directory: copy.specification,
        swaggerPathsPattern: ["redisenterprise/resource-manager/**/stable/*/*.json"],
        git: { shouldClone: false },
        loadValidatorInBackground: false,
        loadValidatorInInitialize: true,
        isArmCall: true,
      },
      () => undefined,
    );
    await validator.initialize();
    return { validate: (exchange) => validate(validator, exchange) };
  } finally {
    copy.remove();
  }
}

async function validate(validator: OavValidator, exchange: RecordedExchange): Promise<Verdict> {
  const { method, answer } = exchange;
  const url = `https://localhost:8443${exchange.url}`;
  const liveResponse = { statusCode: String(answer.status), ...withBody(answer.headers, answer.body) };
  const headers = exchange.body === undefined ? {} : { "content-type": "application/json" };
  const liveRequest = { method, url, ...withBody({ ...headers, ...exchange.headers }, parsedBody(exchange)) };
  const response = await validator.validateLiveResponse(liveResponse, { method, url });
  const isRefused = answer.status >= 400;
  const request = isRefused ? { errors: [] } : await validator.validateLiveRequest(liveRequest);
  const { operationId } = response.operationInfo;
  const isPublished = operationId !== undefined && operationId !== unknownOperation;
  const operation = isPublished ? operationId : `${method} ${exchange.url.split("?")[0]}`;
  const about = { operation, status: answer.status, test: exchange.test };
  return {
    operationId: isPublished ? operationId : undefined,
    findings: [
      ...findings(response).map((found) => ({ side: "response" as const, ...about, ...found })),
      ...(isPublished ? findings(request).map((found) => ({ side: "request" as const, ...about, ...found })) : []),
    ],
  };
}

/** What oav calls an operation that it did not find. */
const unknownOperation = "unknownOperationId";

/** The validator changes what it is given. */
const withBody = (headers: Readonly<Record<string, string>>, body: unknown) =>
  structuredClone({ headers, ...(body === undefined ? {} : { body }) });

function findings({ errors, runtimeException }: Partial<OavResult>): Pick<Finding, "code" | "at" | "message">[] {
  const failure = runtimeException === undefined ? [] : [{ ...runtimeException, at: "" }];
  return [
    ...failure.map(({ code, message, at }) => ({ code, message, at })),
    ...(errors ?? []).map(({ code, message, pathsInPayload }) => ({ code, message, at: pathsInPayload.join(",") })),
  ];
}

/** What is used of oav, which is installed beside this file and not with the rest. */
interface Oav {
  readonly LiveValidator: new (options: object, log: (message: string) => void) => OavValidator;
}

interface OavValidator {
  initialize(): Promise<void>;
  validateLiveRequest(request: object): Promise<OavResult>;
  validateLiveResponse(response: object, operation: { method: string; url: string }): Promise<OavResult>;
}

interface OavResult {
  readonly operationInfo: { readonly operationId?: string };
  readonly errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly pathsInPayload: readonly string[];
  }[];
  readonly runtimeException?: { readonly code: string; readonly message: string };
}

function loadOav(): Oav {
  try {
    return createRequire(import.meta.url)("oav") as Oav;
  } catch (cause) {
    throw new Error("Microsoft's validator is not installed; `npm run test:spec` does that.", { cause });
  }
}
