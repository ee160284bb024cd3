using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Delivery;

/// <summary>Registers delivery.</summary>
internal static class DeliveryRegistration
{
    /// <summary>
    /// Adds <see cref="DeliveryTargets"/> with the file of learned paces and its loop, once for all flows, and for each flow's scope
    /// its <see cref="DeliveryTarget"/>, <see cref="AdaptiveConcurrency"/> and <see cref="BatchDelivery"/>. Needs
    /// <see cref="ShipperOptions"/>, <see cref="IStateDirectory"/>, <see cref="TimeProvider"/>, <see cref="Random"/>,
    /// <see cref="ILoggerFactory"/> and <see cref="IDeliveryClients"/> in the container,
    /// <see cref="FlowOptions"/> and <see cref="IDeliveryObserver"/> in the scope.
    /// </summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new Jitter(provider.GetRequiredService<Random>()));
        services.TryAddSingleton(provider => new LearnedPaceFile(
            provider.GetRequiredService<IStateDirectory>(),
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider)));
        services.TryAddSingleton(provider => new DeliveryTargets(
            provider.GetRequiredService<LearnedPaceFile>(),
            provider.GetRequiredService<Jitter>().Next,
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider)));
        services.AddSingleton(provider => new ServiceLoop("learned paces", provider.GetRequiredService<DeliveryTargets>().RunAsync));
        services.TryAddScoped(TargetOf);
        services.TryAddScoped(provider => new AdaptiveConcurrency(provider.GetRequiredService<ShipperOptions>().MaxCallsInFlight));
        services.TryAddScoped(provider => new BatchDelivery(
            provider.GetRequiredService<IDeliveryClients>().For(Destination(provider).Kind),
            provider.GetRequiredService<DeliveryTarget>(),
            provider.GetRequiredService<AdaptiveConcurrency>(),
            provider.GetRequiredService<IDeliveryObserver>(),
            provider.GetRequiredService<ShipperOptions>().CallTimeout,
            provider.GetRequiredService<Jitter>().Next,
            provider.GetRequiredService<TimeProvider>())
        {
            Waits = RetryWaits.Of(provider.GetRequiredService<FlowOptions>()),
            KeepOrder = provider.GetRequiredService<FlowOptions>().KeepOrder,
        });
        return services;
    }

    private static DeliveryTarget TargetOf(IServiceProvider provider)
    {
        var flow = provider.GetRequiredService<FlowOptions>();
        var target = provider.GetRequiredService<DeliveryTargets>().Of(Destination(provider));
        target.Circuit.Note(flow.Name, RetryWaits.Of(flow));
        return target;
    }

    private static Destination Destination(IServiceProvider provider) => Wire.Destination.Of(provider.GetRequiredService<FlowOptions>());

    private static ILogger Logger(IServiceProvider provider) => provider.GetRequiredService<ILoggerFactory>().CreateLogger("Shipper.Flow");
}
