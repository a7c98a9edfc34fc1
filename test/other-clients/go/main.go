// Makes a cluster with a database and approves the demonstration's connection, with the Azure SDK for Go as it is.
//
// Takes CUPRITE_ORIGIN from the environment; trust comes from SSL_CERT_FILE (on Linux). The last word that it prints is
// the connection's status.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/redisenterprise/armredisenterprise"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armresources"
)

const (
	subscription = "e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f"
	tenant       = "11111111-2222-3333-4444-555555555555"
	group        = "go"
	cluster      = "from-go"
)

func main() {
	ctx := context.Background()
	client := azcore.ClientOptions{Cloud: local(os.Getenv("CUPRITE_ORIGIN"))}
	credential := must(azidentity.NewClientSecretCredential(tenant, "approver", "any-secret",
		&azidentity.ClientSecretCredentialOptions{ClientOptions: client, DisableInstanceDiscovery: true}))
	options := &arm.ClientOptions{ClientOptions: client}
	groups := must(armresources.NewResourceGroupsClient(subscription, credential, options))
	redis := must(armredisenterprise.NewClientFactory(subscription, credential, options))

	created := must(groups.CreateOrUpdate(ctx, group, armresources.ResourceGroup{Location: to.Ptr("eastus")}, nil))
	fmt.Println("Resource group:", *created.Properties.ProvisioningState)

	made := wait(ctx, must(redis.NewClient().BeginCreate(ctx, group, cluster, armredisenterprise.Cluster{
		Location: to.Ptr("eastus"),
		SKU:      &armredisenterprise.SKU{Name: to.Ptr(armredisenterprise.SKUNameEnterpriseE10), Capacity: to.Ptr[int32](2)},
	}, nil)))
	fmt.Println("Cluster:", *made.Properties.ResourceState)

	database := wait(ctx, must(redis.NewDatabasesClient().BeginCreate(ctx, group, cluster, "default",
		armredisenterprise.Database{Properties: &armredisenterprise.DatabaseProperties{}}, nil)))
	fmt.Println("Database:", *database.Properties.ResourceState)

	for pages := redis.NewClient().NewListPager(nil); pages.More(); {
		for _, each := range must(pages.NextPage(ctx)).Value {
			fmt.Println("Listed:", *each.Name)
		}
	}

	approved := wait(ctx, must(redis.NewPrivateEndpointConnectionsClient().BeginPut(ctx, "rg1", "cache1", "pectest01",
		armredisenterprise.PrivateEndpointConnection{
			Properties: &armredisenterprise.PrivateEndpointConnectionProperties{
				PrivateLinkServiceConnectionState: &armredisenterprise.PrivateLinkServiceConnectionState{
					Status:      to.Ptr(armredisenterprise.PrivateEndpointServiceConnectionStatusApproved),
					Description: to.Ptr("Approved from Go"),
				},
			},
		}, nil)))

	wait(ctx, must(redis.NewDatabasesClient().BeginDelete(ctx, group, cluster, "default", nil)))
	wait(ctx, must(redis.NewClient().BeginDelete(ctx, group, cluster, nil)))
	wait(ctx, must(groups.BeginDelete(ctx, group, nil)))
	fmt.Println("Connection:", *approved.Properties.PrivateLinkServiceConnectionState.Status)
}

func local(origin string) cloud.Configuration {
	return cloud.Configuration{
		ActiveDirectoryAuthorityHost: origin,
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: origin, Audience: origin},
		},
	}
}

func must[Value any](value Value, err error) Value {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func wait[Result any](ctx context.Context, poller *runtime.Poller[Result]) Result {
	return must(poller.PollUntilDone(ctx, nil))
}
