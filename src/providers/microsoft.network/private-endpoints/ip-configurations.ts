import type { PrivateLinkMember } from "../../../private-link/contract.ts";
import type { InterfaceDocument } from "../network-interfaces/interface-document.ts";
import { networkError } from "../network-errors.ts";
import { isSame } from "../../../arm/resource-id.ts";
import type { EndpointDocument, StaticIpConfiguration } from "./endpoint-document.ts";

/**
 * Lets static addresses pass that name the members of the target: all of them, or there are none. @throws ArmError
 * listing what is missing (quoted by users 2022 to 2024), or what is too much (ours).
 */
export function checkMembers(
  endpointId: string,
  configurations: readonly StaticIpConfiguration[],
  required: PrivateLinkMember,
): void {
  if (configurations.length === 0) return;
  const isRequired = ({ groupId, memberName }: StaticIpConfiguration): boolean =>
    isSame(groupId, required.groupId) && isSame(memberName, required.memberName);
  const all = configurations.map(addressText).join("; ");
  const [fitting] = configurations.filter(isRequired);
  if (fitting === undefined) {
    throw networkError(
      "PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps",
      `Private Endpoint ${endpointId} contains static ipconfigurations: [${all}] and its missing these ` +
        `membernames/groupids requested by Private Link service [${memberText(required)}]. ` +
        "Private Endpoint needs to be reconfigured with missing memberNames.",
    );
  }
  const extra = configurations.filter((each) => each !== fitting);
  if (extra.length === 0) return;
  throw networkError(
    "PrivateEndpointIpConfigurationHasMemberNamesNotRequestedByFps",
    `Private Endpoint ${endpointId} contains static ipconfigurations: [${all}], of which these are too many: ` +
      `[${extra.map(addressText).join("; ")}]. Private Link service requests [${memberText(required)}].`,
  );
}

const memberText = ({ groupId, memberName }: Pick<StaticIpConfiguration, "groupId" | "memberName">): string =>
  `GroupId: ${groupId}, MemberName: ${memberName}`;

const addressText = (configuration: StaticIpConfiguration): string =>
  `PrivateIPAddress: ${configuration.privateIPAddress}, ${memberText(configuration)}`;

/** How an interface has its address. */
export const allocationMethodOf = ({
  ipConfigurations,
}: Pick<EndpointDocument, "ipConfigurations">): InterfaceDocument["allocationMethod"] =>
  ipConfigurations.length === 0 ? "Dynamic" : "Static";

/**
 * Lets an address be made static, or dynamic again, that stays what it is. @throws ArmError when it would change; the
 * code depends on what it was before (codes and sentences tried on Azure by a user, 2026-08).
 */
export function checkAddressKept(
  { address, ipConfigurations: before }: Pick<EndpointDocument, "address" | "ipConfigurations">,
  wanted: readonly StaticIpConfiguration[],
): void {
  if (wanted.every(({ privateIPAddress }) => privateIPAddress === address)) return;
  if (before.length > 0) {
    throw networkError(
      "PrivateEndpointWithStaticIpConfigurationsCannotChangeIpAddress",
      "User cannot change IP Addresses on these allocated IP configurations.",
    );
  }
  throw networkError(
    "PrivateEndpointStaticIpMustMatchDynamicIpMapping",
    "Static Ip Configurations must have exact Ip address to membername mapping for dynamic Ip Configurations.",
  );
}
