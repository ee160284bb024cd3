using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Wire;
using Xunit;

namespace Shipper.TailShipper.Tests.Delivery;

public sealed class DeliveryRegistrationTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("delivery-").FullName;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public void Flows_to_one_destination_share_it_and_have_their_own_delivery()
    {
        using var provider = new ServiceCollection()
            .AddSingleton(new ShipperOptions { StateDirectory = _state, MaxCallsInFlight = 7 })
            .AddSingleton<IStateDirectory>(new PhysicalStateDirectory(_state))
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new Random(1))
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton<IDeliveryClients>(new OneClient())
            .AddScoped(_ => new FlowOptions { DeliveryStream = "orders", Retry = new RetryOptions { MaxWait = TimeSpan.FromSeconds(3) } })
            .AddScoped<IDeliveryObserver>(_ => new CallLog())
            .AddDelivery()
            .BuildServiceProvider(validateScopes: true);
        using var one = provider.CreateScope();
        using var other = provider.CreateScope();
        var (first, second) = (
            one.ServiceProvider.GetRequiredService<BatchDelivery>(), other.ServiceProvider.GetRequiredService<BatchDelivery>());
        Assert.NotSame(first, second);
        Assert.Same(first, one.ServiceProvider.GetRequiredService<BatchDelivery>());
        Assert.Same(first.Target, second.Target);
        Assert.Equal(new RetryWaits(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3)), first.Waits);
        Assert.Equal(new Destination(DestinationKind.Firehose, "orders"), first.Target.Destination);
        Assert.Equal(7, one.ServiceProvider.GetRequiredService<AdaptiveConcurrency>().Max);
        Assert.NotSame(
            one.ServiceProvider.GetRequiredService<AdaptiveConcurrency>(), other.ServiceProvider.GetRequiredService<AdaptiveConcurrency>());
    }

    private sealed class OneClient : IDeliveryClients
    {
        public IDeliveryClient For(DestinationKind kind) => new ScriptedClient((_, _) => throw new NotSupportedException());
    }
}
