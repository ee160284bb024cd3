using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Logging;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

public sealed class FlowFactoryTests : IDisposable
{
    private readonly string _top = Directory.CreateTempSubdirectory("flow-factory-").FullName;

    public void Dispose() => Directory.Delete(_top, recursive: true);

    // The container would dispose of them with the scope, which is not kept.
    [Fact]
    public async Task Every_part_of_a_flow_that_holds_something_is_given_back_with_it()
    {
        var options = new ShipperOptions { StateDirectory = Path.Join(_top, "state") };
        (options.Aws.Region, options.Aws.ServiceUrl) = ("eu-west-1", new Uri("http://127.0.0.1:1"));
        options.Flows.Add(new FlowOptions { Name = "orders", DeliveryStream = "orders", Paths = [_top + "/*.log"] });
        var setup = new ShipperSetup(options, LogLevels.Read(new ConfigurationBuilder().Build(), new ConfigurationProblems()));
        using var signal = new ReloadSignal();
        var collection = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddTailShipper(new ReloadSource(setup, () => setup, signal));
        await using var services = collection.BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<FlowScope>().Options = options.Flows[0];
        var holding = collection
            .Where(service => service.Lifetime == ServiceLifetime.Scoped)
            .Select(service => scope.ServiceProvider.GetRequiredService(service.ServiceType))
            .Where(part => part is (IDisposable or IAsyncDisposable) and not WakeSignal)
            .ToHashSet(ReferenceEqualityComparer.Instance);

        Assert.True(holding.SetEquals(FlowFactory.Owned.Select(scope.ServiceProvider.GetRequiredService)),
            string.Join(", ", holding.Select(part => part.GetType().Name)));
    }
}
