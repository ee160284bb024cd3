using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Credentials;

namespace Shipper.TailShipper.Wire;

/// <summary>Registers the wire.</summary>
internal static class WireRegistration
{
    /// <summary>
    /// Adds <see cref="IDeliveryClients"/>, <see cref="FirehoseClientFactory"/>, <see cref="ConnectionSettings"/> and
    /// <see cref="ICredentialSource"/>, each once for all flows. Needs <see cref="AwsOptions"/> in the container. A service that is
    /// registered already stays, so that a simulation brings its own.
    /// </summary>
    public static IServiceCollection AddWire(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider =>
        {
            var problems = new ConfigurationProblems();
            var settings = ConnectionSettings.Load(provider.GetRequiredService<AwsOptions>(), Environment.GetEnvironmentVariable, problems);
            problems.ThrowIfAny();
            return settings;
        });
        services.TryAddSingleton<ICredentialSource>(provider => AwsCredentialSource.Create(
            provider.GetRequiredService<AwsOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ConnectionSettings>(),
            Logger(provider)));
        services.TryAddSingleton(provider => new FirehoseClientFactory(
            provider.GetRequiredService<ICredentialSource>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ConnectionSettings>(),
            Logger(provider)));
        services.TryAddSingleton(provider => new StreamSummaries(
            () => Summaries(provider), provider.GetRequiredService<TimeProvider>(), Logger(provider)));
        services.TryAddSingleton(provider => new DestinationPlaces(provider.GetRequiredService<AwsOptions>()));
        services.TryAddSingleton(provider => new InstanceMetadata(
            InstanceMetadata.AddressFrom(Environment.GetEnvironmentVariable),
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider)));
        services.TryAddSingleton<IDeliveryClients>(provider => new DeliveryClients(
            provider.GetRequiredService<AwsOptions>(),
            provider.GetRequiredService<FirehoseClientFactory>(),
            provider.GetRequiredService<ConnectionSettings>(),
            Logger(provider)));
        return services;
    }

    private static IDeliveryClient Summaries(IServiceProvider provider)
    {
        var (options, operation) = (provider.GetRequiredService<AwsOptions>(), ServiceOperation.DescribeStreamSummary);
        return provider.GetRequiredService<FirehoseClientFactory>().Create(
            operation, AwsEndpoint.Create(options, AwsRegion.Resolve(options, operation.Service), operation.Service));
    }

    private static ILogger Logger(IServiceProvider provider) =>
        (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Shipper.Wire");
}
