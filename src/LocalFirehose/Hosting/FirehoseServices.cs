using Microsoft.Extensions.DependencyInjection;
using Shipper.LocalFirehose.Browsing;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Faults;
using Shipper.LocalFirehose.Kinesis;
using Shipper.LocalFirehose.Processing;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Serving;
using Shipper.LocalFirehose.Signing;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Hosting;

/// <summary>Registers the services, stage by stage.</summary>
internal static class FirehoseServices
{
    /// <summary>Adds everything that handles calls and delivers objects.</summary>
    public static IServiceCollection AddFirehose(
        this IServiceCollection services, LocalFirehoseOptions options, LockedDataDirectory directory, TimeProvider time) =>
        services
            .AddSingleton(time)
            .AddSigning(options)
            .AddStreams(directory)
            .AddProcessing(options, directory)
            .AddDelivery(directory)
            .AddServing(options, directory);

    private static IServiceCollection AddSigning(this IServiceCollection services, LocalFirehoseOptions options) =>
        services
            .AddSingleton(new Credential(options.AccessKeyId, options.SecretAccessKey))
            .AddSingleton<SignatureVerifier>();

    private static IServiceCollection AddStreams(this IServiceCollection services, LockedDataDirectory directory) =>
        services
            .AddSingleton<Counters>()
            .AddSingleton(new StreamFiles(directory.Streams))
            .AddSingleton<StreamRegistry>();

    private static IServiceCollection AddDelivery(this IServiceCollection services, LockedDataDirectory directory) =>
        services
            .AddSingleton<SealedSegments>()
            .AddSingleton<SealedSources>()
            .AddSingleton(new ObjectNaming(Guid.NewGuid))
            .AddSingleton(new ObjectDelivery(directory.S3, directory.Temporary))
            .AddSingleton<Func<StreamDefinition, StreamSpool>>(provider => definition => new StreamSpool(
                directory.Spool, definition, provider.GetRequiredService<ObjectNaming>(), provider.GetRequiredService<SealedSegments>()))
            .AddSingleton<Func<StreamDefinition, SourceSpool>>(provider => definition => new SourceSpool(
                directory.Spool, definition, provider.GetRequiredService<SealedSources>()))
            .AddSingleton<DeliveryLoop>()

            // They stop in the opposite order: nothing is read any more, then nothing is processed, then the rest is delivered.
            .AddHostedService(provider => provider.GetRequiredService<DeliveryLoop>())
            .AddHostedService<ProcessingLoop>()
            .AddHostedService<KinesisSourceLoop>();

    private static IServiceCollection AddProcessing(
        this IServiceCollection services, LocalFirehoseOptions options, LockedDataDirectory directory) =>
        services
            .AddSingleton(new FunctionEndpoints(options.Functions))
            .AddSingleton<FunctionClient>()
            .AddSingleton(new KinesisEndpoint(string.IsNullOrEmpty(options.KinesisEndpoint) ? null : new Uri(options.KinesisEndpoint)))
            .AddSingleton<KinesisClient>()
            .AddSingleton(new ShardPositions(directory.Positions))
            .AddSingleton<SourceProcessing>();

    private static IServiceCollection AddServing(
        this IServiceCollection services, LocalFirehoseOptions options, LockedDataDirectory directory) =>
        services
            .AddSingleton(provider => new CurrentFaults(options.Faults, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(new RecordIds(Guid.NewGuid()))
            .AddSingleton<PutOperations>()
            .AddSingleton<StreamOperations>()
            .AddSingleton<TagOperations>()
            .AddSingleton<ControlOperations>()
            .AddSingleton<FirehoseEndpoint>()
            .AddSingleton(new DeliveredObjects(directory.S3))
            .AddSingleton<PageEndpoint>()
            .AddSingleton<AdminEndpoint>();
}
