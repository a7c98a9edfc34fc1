/** The status of every error code. */
export const errorStatuses = {
  AnotherOperationInProgress: 409,
  AuthenticationFailed: 401,
  AuthorizationFailed: 403,
  BadRequest: 400,
  CannotChangePrivateLinkConnectionOnPrivateEndpoint: 400,
  CannotChangeSubnetOnExistingPrivateEndpoint: 400,
  CannotDeleteResource: 409,
  Conflict: 409,
  ExpectationFailed: 417,
  ExpiredAuthenticationToken: 401,
  Forbidden: 403,
  InternalServerError: 500,
  InUseNetworkSecurityGroupCannotBeDeleted: 400,
  InUsePrefixCannotBeDeleted: 400,
  InUseSubnetCannotBeDeleted: 400,
  InvalidAddressPrefixFormat: 400,
  InvalidApiVersionParameter: 400,
  InvalidAuthenticationToken: 401,
  InvalidCIDRNotation: 400,
  InvalidFilterInQueryString: 400,
  InvalidParameter: 400,
  InvalidPrincipalId: 400,
  InvalidPrivateLinkServiceIdType: 400,
  InvalidRequestContent: 400,
  InvalidRequestFormat: 400,
  InvalidRequestUri: 400,
  InvalidResourceGroup: 400,
  InvalidResourceGroupLocation: 409,
  InvalidResourceLocation: 409,
  InvalidResourceName: 400,
  InvalidResourceNamespace: 404,
  InvalidResourceReference: 400,
  InvalidResourceType: 404,
  InvalidRoleAssignmentId: 400,
  InvalidRoleDefinitionId: 400,
  InvalidRoleDefinitionType: 400,
  InvalidSkipToken: 400,
  InvalidSubscriptionId: 400,
  InvalidTagName: 400,
  InvalidTagNameCharacters: 400,
  InvalidTagValueLength: 400,
  LinkedAuthorizationFailed: 403,
  LinkedInvalidPropertyId: 400,
  LocationNotAvailableForResourceGroup: 400,
  LocationNotAvailableForResourceType: 400,
  LocationRequired: 400,
  LockNotFound: 404,
  MethodNotAllowed: 405,
  MissingApiVersionParameter: 400,
  MissingAssignableScopes: 400,
  MissingParameterOnPrivateLinkServiceConnection: 400,
  MissingPrivateLinkServiceConnection: 400,
  MissingSubscription: 404,
  MissingSubscriptionRegistration: 409,
  NameOfExistingPrivateEndpointNicCannotBeChanged: 400,
  NetcfgInvalidIPAddressPrefix: 400,
  NetcfgInvalidSubnet: 400,
  NetcfgInvalidVirtualNetworkSite: 400,
  NetcfgSubnetRangeOutsideVnet: 400,
  NetcfgSubnetRangesOverlap: 400,
  NicInUseWithPrivateEndpoint: 400,
  NoRegisteredProviderFound: 400,
  NotFound: 404,
  NotImplemented: 501,
  OnlyOneGroupIdPermitted: 400,
  OnlyOnePrivateLinkServiceConnectionPermitted: 400,
  OperationNotAllowed: 400,
  OperationNotFound: 404,
  ParentResourceNotFound: 404,
  PreconditionFailed: 412,
  PrincipalNotFound: 400,
  PrivateEndpointCannotBeUpdatedInDisconnectedState: 400,
  PrivateEndpointCountLimitReached: 400,
  PrivateEndpointCreationNotAllowedAsSubnetIsDelegated: 400,
  PrivateEndpointIpConfigurationHasMemberNamesNotRequestedByFps: 400,
  PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps: 400,
  PrivateEndpointIpVersionTypeNotSupported: 400,
  PrivateEndpointStaticIpMustMatchDynamicIpMapping: 400,
  PrivateEndpointWithStaticIpConfigurationsCannotChangeIpAddress: 400,
  PrivateIPAddressInReservedRange: 400,
  PrivateIPAddressIsAllocated: 400,
  PrivateIPAddressNotInAnySubnet: 400,
  PrivateIPAddressNotInSubnet: 400,
  RequestEntityTooLarge: 413,
  RequestHeaderFieldsTooLarge: 431,
  RequestMessageTooLong: 400,
  RequestTimeout: 408,
  ResourceActionNotFound: 404,
  ResourceGroupBeingDeleted: 409,
  ResourceGroupDeletionBlocked: 409,
  ResourceGroupNotFound: 404,
  ResourceNotFound: 404,
  ResourceValidationFailed: 400,
  RetryableError: 429,
  RoleAssignmentExists: 409,
  RoleAssignmentNotFound: 404,
  RoleAssignmentScopeNotAssignableToRoleDefinition: 400,
  RoleAssignmentUpdateNotPermitted: 400,
  RoleDefinitionDoesNotExist: 404,
  RoleDefinitionExists: 409,
  RoleDefinitionHasAssignments: 400,
  RoleDefinitionNameNullOrEmpty: 400,
  RoleDefinitionWithSameNameExists: 409,
  ScopeLocked: 409,
  ServiceUnavailable: 503,
  SecurityRuleConflict: 400,
  SecurityRuleInvalidPriority: 400,
  SubnetIsFull: 400,
  SubscriptionNotFound: 404,
  TooManyTags: 400,
  UnmatchedPrincipalType: 400,
  UnsupportedMediaType: 415,
  UnsupportedQuery: 400,
} as const;

export type ErrorCode = keyof typeof errorStatuses;

/**
 * Whose response it is: that of ARM itself (`gateway`), of Microsoft.Network, or of another resource provider. Their
 * forms differ (recorded 2021 to 2026).
 */
export type Speaker = "gateway" | "provider" | "network";

/** One fault among several, in `error.details`. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
  readonly details?: readonly ErrorDetail[];
}

/** What a request asked for that Cuprite does not have. */
type Missing = "namespace" | "type" | "api-version" | "method" | "action";

/** What was not served, as its refusal describes it. */
export interface Unserved {
  readonly missing: Missing;
  /** Namespace and types as asked for: `Microsoft.KeyVault/vaults`; an action is its last segment. */
  readonly type: string;
}

export interface ArmErrorFields {
  readonly code: ErrorCode;
  readonly message: string;
  readonly speaker?: Speaker;
  readonly target?: string;
  readonly details?: readonly ErrorDetail[];
  readonly headers?: Readonly<Record<string, string>>;
  /** What was asked for, if it was refused because Cuprite does not have it. */
  readonly unserved?: Unserved;
  /** Whether the request stays refused whatever other resources are created first. */
  readonly isLasting?: boolean;
}

/** The length of an error is limited: its message can repeat the caller's text, and each value can have a fault. */
export const errorLimits = { messageCharacters: 8_192, details: 100 } as const;

/** An error for the client. It is thrown anywhere below the pipeline, and rendered in one place. */
export class ArmError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly speaker: Speaker;
  readonly target: string | undefined;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly unserved: Unserved | undefined;
  readonly isLasting: boolean;

  constructor(fields: ArmErrorFields) {
    // A refusal is sent, and its stack never read. To record one takes as long as the rest of the request.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(withinLimit(fields.message));
    Error.stackTraceLimit = limit;
    this.name = "ArmError";
    this.code = fields.code;
    this.status = errorStatuses[fields.code];
    this.speaker = fields.speaker ?? "gateway";
    this.target = fields.target;
    this.details = fields.details?.slice(0, errorLimits.details);
    this.headers = fields.headers ?? {};
    this.unserved = fields.unserved;
    this.isLasting = fields.isLasting ?? false;
  }
}

const withinLimit = (message: string): string =>
  message.length > errorLimits.messageCharacters ? `${message.slice(0, errorLimits.messageCharacters)}…` : message;
