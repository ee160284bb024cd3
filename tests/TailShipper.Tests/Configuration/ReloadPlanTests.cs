using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Hosting;
using Xunit;

namespace Shipper.TailShipper.Tests.Configuration;

/// <summary>What a new configuration asks of a running service.</summary>
public sealed class ReloadPlanTests
{
    [Fact]
    public void The_same_configuration_asks_for_nothing()
    {
        var plan = ReloadPlan.Between(Options("a", "b"), Options("b", "a"));
        Assert.True(plan.IsEmpty);
        Assert.Empty(plan.NeedRestart);
    }

    [Fact]
    public void Flows_are_told_apart_by_name()
    {
        var fresh = Options("b", "c");
        fresh.Flows[0].Aggregation.Mode = AggregationMode.Lines;
        var plan = ReloadPlan.Between(Options("a", "b"), fresh);
        Assert.Equal(["c"], plan.Added.Select(flow => flow.Name));
        Assert.Equal(["b"], plan.Changed.Select(flow => flow.Name));
        Assert.Equal(["a"], plan.Removed);
    }

    [Fact]
    public void A_path_more_or_in_another_order_is_another_flow()
    {
        var fresh = Options("a");
        fresh.Flows[0].Paths.Insert(0, "/var/log/more/*.log");
        Assert.Single(ReloadPlan.Between(Options("a"), fresh).Changed);
    }

    [Fact]
    public void Every_setting_of_the_service_is_either_live_or_named()
    {
        var properties = typeof(ShipperOptions).GetProperties();
        foreach (var property in properties.Where(property => property.CanWrite && property.Name != nameof(ShipperOptions.Flows)))
        {
            var (running, fresh) = (Options("a", "b"), Options("a", "b"));
            Change(fresh, property);
            var (wanted, kept) = (property.GetValue(fresh), property.GetValue(running));
            var plan = ReloadPlan.Between(running, fresh);
            var live = plan.Changed.Count == 2;
            Assert.True(live != plan.NeedRestart.Count > 0, property.Name);
            Assert.All(plan.NeedRestart, key => Assert.StartsWith($"Shipper:{property.Name}", key, StringComparison.Ordinal));
            Assert.Equal(live ? wanted : kept, property.GetValue(plan.Effective));
        }
    }

    [Fact]
    public void A_setting_that_waits_for_a_restart_is_named_at_every_reload_until_then()
    {
        var running = Options("a");
        for (var reload = 0; reload < 2; reload++)
        {
            var fresh = Options("a");
            fresh.Aws.Region = "eu-central-1";
            var plan = ReloadPlan.Between(running, fresh);
            Assert.Equal(["Shipper:Aws:Region"], plan.NeedRestart);
            running = plan.Effective;
        }
    }

    private static ShipperOptions Options(params string[] flows)
    {
        var options = new ShipperOptions();
        options.Flows.AddRange(
            flows.Select(name => new FlowOptions { Name = name, DeliveryStream = name, Paths = [$"/var/log/{name}/*.log"] }));
        return options;
    }

    private static void Change(ShipperOptions options, System.Reflection.PropertyInfo property)
    {
        object? value = property.GetValue(options) switch
        {
            TimeSpan time => time + TimeSpan.FromSeconds(1),
            int number => number + 1,
            long number => number + 1,
            bool flag => !flag,
            null => "/elsewhere",
            AwsOptions => new AwsOptions { Region = "eu-central-1" },
            MetricsOptions => new MetricsOptions { Path = "/elsewhere" },
            LogOptions => new LogOptions { Path = "/elsewhere" },
            var other => ChangeFirst(other),
        };
        property.SetValue(options, value);
    }

    // Whatever section comes later: its first setting changes.
    private static object ChangeFirst(object section)
    {
        var fresh = Activator.CreateInstance(section.GetType())!;
        foreach (var property in section.GetType().GetProperties().Where(property => property.CanWrite))
        {
            object? value = property.GetValue(fresh) switch
            {
                TimeSpan time => time + TimeSpan.FromSeconds(1),
                int number => number + 1,
                long number => number + 1,
                double number => number + 1,
                bool flag => !flag,
                string text => text + "x",
                null when property.PropertyType == typeof(string) => "x",
                var same => same,
            };
            property.SetValue(fresh, value);
        }

        return fresh;
    }
}
