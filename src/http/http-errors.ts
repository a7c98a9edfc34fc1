import { ArmError } from "../arm/arm-error.ts";

/* Refusals of what is not a request that could be routed, in Resource Manager's form. */

export const expectationFailed = (expectation: string): ArmError =>
  new ArmError({
    code: "ExpectationFailed",
    message: `The expectation '${expectation}' cannot be met. Only '100-continue' is supported.`,
  });

export const connectNotAllowed = (): ArmError =>
  new ArmError({
    code: "MethodNotAllowed",
    message: "The requested resource does not support http method 'CONNECT'.",
  });

export const headTooLarge = (): ArmError =>
  new ArmError({
    code: "RequestHeaderFieldsTooLarge",
    message: "The request's line and headers exceed the maximum size of 16 KB.",
  });

export const requestTimedOut = (): ArmError =>
  new ArmError({
    code: "RequestTimeout",
    message: "The request did not arrive within the time that it may take.",
  });

export const invalidHttp = (): ArmError =>
  new ArmError({ code: "BadRequest", message: "The request is not valid HTTP/1.1." });
