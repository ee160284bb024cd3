using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Firehose;

/// <summary>Registers the wire.</summary>
internal static class FirehoseRegistration
{
    /// <summary>
    /// Adds <see cref="IDeliveryClient"/> for Firehose, <see cref="FirehoseClientFactory"/>, <see cref="AwsEndpoint"/> and
    /// <see cref="ICredentialSource"/>, each once for all flows. Needs <see cref="AwsOptions"/> in the container; what is
    /// registered before stays, so that a simulation brings its own.
    /// </summary>
    public static IServiceCollection AddFirehose(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider =>
        {
            var options = provider.GetRequiredService<AwsOptions>();
            return AwsEndpoint.Create(options, AwsRegion.Resolve(options));
        });
        services.TryAddSingleton<ICredentialSource>(provider => new AwsCredentialSource(
            provider.GetRequiredService<AwsOptions>(),
            provider.GetRequiredService<AwsEndpoint>().Region,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new FirehoseClientFactory(
            provider.GetRequiredService<AwsEndpoint>(),
            provider.GetRequiredService<ICredentialSource>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider =>
            provider.GetRequiredService<FirehoseClientFactory>().Create(ServiceOperation.PutRecordBatch));
        return services;
    }
}
