using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows.Validation;
using Xunit;

namespace Shipper.TailShipper.Tests.Configuration;

public sealed class ExclusionTests
{
    [Fact]
    public void An_exclusion_that_is_no_pattern_is_named_with_its_reason()
    {
        var problem = Assert.Single(Problems(Flow("a", ["/logs/*.log"], ["debug.log"])));
        Assert.Contains("Shipper:Flows:0:Exclude:0", problem, StringComparison.Ordinal);
        Assert.Contains("not an absolute path", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_of_which_an_exclusion_leaves_nothing_is_an_error()
    {
        var problem = Assert.Single(Problems(Flow("a", ["/logs/app-*.log", "/other/*.log"], ["/logs/*.log"])));
        Assert.Contains("Shipper:Flows:0:Paths:0", problem, StringComparison.Ordinal);
        Assert.Contains("has nothing left", problem, StringComparison.Ordinal);
        Assert.Contains("/logs/*.log", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_of_which_one_choice_is_excluded_keeps_the_other() =>
        Assert.Empty(Problems(Flow("a", ["/logs/{app,debug}.log"], ["/logs/debug.log"])));

    [Fact]
    public void What_one_flow_excludes_another_may_ship_to_the_same_stream() =>
        Assert.Empty(Problems(Flow("a", ["/logs/*.log"], ["/logs/debug-*.log"]), Flow("b", ["/logs/debug-*.log"], [])));

    [Fact]
    public void What_an_exclusion_leaves_to_both_flows_is_still_an_error() =>
        Assert.Contains(
            "would arrive twice",
            Assert.Single(Problems(Flow("a", ["/logs/*.log"], ["/logs/debug-1.log"]), Flow("b", ["/logs/debug-*.log"], []))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(0, true)]
    [InlineData(8, true)]
    [InlineData(7, false)]
    [InlineData(-1, false)]
    public void The_number_of_open_files_is_0_or_at_least_8(int files, bool valid)
    {
        var problems = new ConfigurationProblems();
        var options = new ShipperOptions { MaxOpenFiles = files };
        options.Flows.Add(Flow("a", ["/logs/*.log"], []));
        ShipperOptionsValidator.Validate(options, problems);
        Assert.NotEqual(valid, problems.Any);
    }

    private static FlowOptions Flow(string name, List<string> paths, List<string> exclude) =>
        new() { Name = name, DeliveryStream = "stream", Paths = paths, Exclude = exclude };

    private static List<string> Problems(params FlowOptions[] flows)
    {
        var problems = new ConfigurationProblems();
        var options = new ShipperOptions();
        options.Flows.AddRange(flows);
        ShipperOptionsValidator.Validate(options, problems);
        try
        {
            problems.ThrowIfAny();
            return [];
        }
        catch (ConfigurationException exception)
        {
            return [.. exception.Message.Split('\n').Where(line => line.Contains("Shipper:", StringComparison.Ordinal))];
        }
    }
}
