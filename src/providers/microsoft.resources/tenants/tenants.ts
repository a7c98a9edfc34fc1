import { gatewayResponse, type ArmOperation, type ResourceType } from "../../../arm/resource-type.ts";
import { nativeType, type ResourcesServices, type Tenant } from "../native-type.ts";

/** `/tenants`. */
export const tenantsType = (services: ResourcesServices): ResourceType =>
  nativeType(["tenants"], { list: listTenants(services) });

const listTenants = ({ tenants, hasAnyRole }: ResourcesServices): ArmOperation => ({
  action: "Microsoft.Resources/tenants/read",
  display: { operation: "List Tenants", description: "Lists the tenants that the caller has access to." },
  allowsEveryCaller: true,
  async handle({ caller }) {
    const isVisible = await hasAnyRole({ caller, scope: "" });
    return gatewayResponse(200, { value: isVisible ? tenants.map(tenantBody) : [] });
  },
});

const tenantBody = ({ tenantId, displayName, defaultDomain }: Tenant): object => ({
  id: `/tenants/${tenantId}`,
  tenantId,
  countryCode: "US",
  displayName,
  domains: [defaultDomain],
  tenantCategory: "Home",
  defaultDomain,
  tenantType: "AAD",
});
