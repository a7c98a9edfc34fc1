import { bodySchema } from "../../../arm/body-schema.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { repeatedPlaces } from "../../../kernel/text.ts";
import { duplicateChild, networkError } from "../network-errors.ts";
import { checkName } from "../network-request.ts";

/** A rule as clients write it. */
export interface SecurityRule {
  readonly name: string;
  readonly description?: string;
  readonly protocol: string;
  readonly sourcePortRange: string | undefined;
  readonly destinationPortRange: string | undefined;
  readonly sourceAddressPrefix: string | undefined;
  readonly destinationAddressPrefix: string | undefined;
  readonly access: string;
  readonly priority: number;
  readonly direction: string;
  readonly sourcePortRanges: readonly string[];
  readonly destinationPortRanges: readonly string[];
  readonly sourceAddressPrefixes: readonly string[];
  readonly destinationAddressPrefixes: readonly string[];
}

/** What clients may set of a network security group. */
export interface SecurityGroupSettings {
  readonly securityRules: readonly SecurityRule[];
}

const text = { type: ["string", "null"] } as const;
const texts = { type: ["array", "null"], items: { type: "string" } } as const;
/** Cuprite has no application security groups, so a rule that names one is refused and not stored without it. */
const none = { type: ["array", "null"], maxItems: 0 } as const;

const ruleProperties = {
  type: "object",
  required: ["protocol", "access", "priority", "direction"],
  properties: {
    description: text,
    protocol: { type: "string", enum: ["Tcp", "Udp", "Icmp", "Esp", "Ah", "*"] },
    sourcePortRange: text,
    destinationPortRange: text,
    sourceAddressPrefix: text,
    destinationAddressPrefix: text,
    access: { type: "string", enum: ["Allow", "Deny"] },
    priority: { type: "integer" },
    direction: { type: "string", enum: ["Inbound", "Outbound"] },
    sourcePortRanges: texts,
    destinationPortRanges: texts,
    sourceAddressPrefixes: texts,
    destinationAddressPrefixes: texts,
    sourceApplicationSecurityGroups: none,
    destinationApplicationSecurityGroups: none,
  },
} as const;

const schema = bodySchema(
  {
    type: "object",
    properties: {
      properties: {
        type: ["object", "null"],
        properties: {
          securityRules: {
            type: ["array", "null"],
            items: {
              type: "object",
              required: ["name", "properties"],
              properties: { name: { type: "string" }, properties: ruleProperties },
            },
          },
        },
      },
    },
  },
  "network",
);

/** Reads the body of a PUT. @throws ArmError */
export function readSecurityGroup({ body, resourceId }: ArmRequest): SecurityGroupSettings {
  const rules = schema.parse(body).properties?.securityRules ?? [];
  const [place] = repeatedPlaces(rules.map(({ name }) => name.toLowerCase()));
  const repeated = rules[place ?? -1];
  if (repeated !== undefined) throw duplicateChild(resourceId, repeated.name);
  const byPlace = new Map<string, string>();
  for (const { name, properties } of rules) {
    checkName(name, "securityRule");
    const { priority, direction } = properties;
    if (priority < priorities.first || priority > priorities.last) throw invalidPriority(priority);
    const other = byPlace.get(`${direction} ${priority}`);
    if (other !== undefined) throw conflictingRules(name, other);
    byPlace.set(`${direction} ${priority}`, name);
  }
  return {
    securityRules: rules.map(({ name, properties: { description, ...match } }) => ({
      name,
      ...(description == null ? {} : { description }),
      protocol: match.protocol,
      sourcePortRange: match.sourcePortRange ?? undefined,
      destinationPortRange: match.destinationPortRange ?? undefined,
      sourceAddressPrefix: match.sourceAddressPrefix ?? undefined,
      destinationAddressPrefix: match.destinationAddressPrefix ?? undefined,
      access: match.access,
      priority: match.priority,
      direction: match.direction,
      sourcePortRanges: match.sourcePortRanges ?? [],
      destinationPortRanges: match.destinationPortRanges ?? [],
      sourceAddressPrefixes: match.sourceAddressPrefixes ?? [],
      destinationAddressPrefixes: match.destinationAddressPrefixes ?? [],
    })),
  };
}

/** The priorities that a rule of a client's may have (documented). */
const priorities = { first: 100, last: 4096 } as const;

// Both wordings are quoted by users.
const invalidPriority = (priority: number): Error =>
  networkError(
    "SecurityRuleInvalidPriority",
    `Security rule has invalid Priority. Value provided: ${priority}. Allowed range ${priorities.first}-${priorities.last}. ` +
      "To learn more, see aka.ms/nsgrules.",
  );

const conflictingRules = (name: string, other: string): Error =>
  networkError(
    "SecurityRuleConflict",
    `Security rule ${name} conflicts with rule ${other}. Rules cannot have the same Priority and Direction. ` +
      "To learn more, see aka.ms/nsgrules.",
  );
