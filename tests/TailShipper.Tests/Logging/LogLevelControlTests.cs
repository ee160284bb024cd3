using Microsoft.Extensions.Configuration;
using Serilog.Events;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Logging;
using Xunit;

namespace Shipper.TailShipper.Tests.Logging;

public sealed class LogLevelControlTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("Serilog:MinimumLevel:Default", "Warning", LogEventLevel.Warning)]
    [InlineData("Serilog:MinimumLevel", "debug", LogEventLevel.Debug)]
    [InlineData("Serilog:Other", "Warning", LogEventLevel.Information)]
    public void It_begins_with_what_is_configured(string key, string value, LogEventLevel expected)
    {
        using var levels = new LogLevelControl(Levels(key, value), _time);
        Assert.Equal(expected, levels.Level);
    }

    [Fact]
    public void What_is_set_for_a_while_goes_back_by_itself()
    {
        using var levels = new LogLevelControl(Levels("Serilog:MinimumLevel", "Warning"), _time);
        levels.Set(LogEventLevel.Debug, TimeSpan.FromMinutes(10));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(10), levels.Until);
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(LogEventLevel.Debug, levels.Level);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((LogEventLevel.Warning, null), (levels.Level, levels.Until));
    }

    [Fact]
    public void A_second_change_takes_the_place_of_the_first()
    {
        using var levels = new LogLevelControl(Levels("Serilog:MinimumLevel", "Warning"), _time);
        levels.Set(LogEventLevel.Debug, TimeSpan.FromMinutes(1));
        levels.Set(LogEventLevel.Error, null);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((LogEventLevel.Error, null), (levels.Level, levels.Until));
    }

    [Fact]
    public void A_reload_ends_what_was_set_for_a_while()
    {
        var configured = Levels("Serilog:MinimumLevel", "Warning");
        using var levels = new LogLevelControl(configured, _time);
        levels.Set(LogEventLevel.Debug, TimeSpan.FromMinutes(10));
        configured.ReplaceBy(Levels("Serilog:MinimumLevel", "Error"));
        Assert.Equal((LogEventLevel.Error, null), (levels.Level, levels.Until));
    }

    private static LogLevels Levels(string key, string value) =>
        LogLevels.Read(new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build(), new ConfigurationProblems());
}
