using Microsoft.Extensions.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Shipper.Foundation.Configuration;

namespace Shipper.Foundation.Logging;

/// <summary>The levels of <c>Serilog:MinimumLevel</c>, which may change while the service runs.</summary>
internal sealed class LogLevels
{
    private const string Section = "Serilog:MinimumLevel";

    private readonly LoggingLevelSwitch _default = new(LogEventLevel.Information);
    private readonly Dictionary<string, LoggingLevelSwitch> _sources = new(StringComparer.Ordinal)
    {
        ["Microsoft"] = new(LogEventLevel.Warning),
        ["System"] = new(LogEventLevel.Warning),

        // What it says of a start that failed, with a stack trace, the process says in one sentence when it ends.
        ["Microsoft.Extensions.Hosting.Internal.Host"] = new(LogEventLevel.Fatal),
    };

    /// <summary>Reads them; a level that is none is added to <paramref name="problems"/>.</summary>
    public static LogLevels Read(IConfiguration configuration, ConfigurationProblems problems)
    {
        var levels = new LogLevels();
        var section = configuration.GetSection(Section);
        foreach (var entry in section.GetSection("Override").GetChildren())
        {
            levels._sources[entry.Key] = new LoggingLevelSwitch(Parse(entry, problems) ?? LogEventLevel.Information);
        }

        levels._default.MinimumLevel = Parse(section, problems) ?? Parse(section.GetSection("Default"), problems) ?? LogEventLevel.Information;
        return levels;
    }

    /// <summary>Lets them rule what <paramref name="setup"/> logs.</summary>
    public void Apply(LoggerConfiguration setup)
    {
        setup.MinimumLevel.ControlledBy(_default);
        foreach (var (source, level) in _sources)
        {
            setup.MinimumLevel.Override(source, level);
        }
    }

    /// <summary>Takes over the levels of <paramref name="fresh"/>, at once. Gives the full keys that only a restart can bring into effect.</summary>
    public IReadOnlyList<string> Become(LogLevels fresh)
    {
        _default.MinimumLevel = fresh._default.MinimumLevel;
        foreach (var (source, level) in _sources)
        {
            level.MinimumLevel = fresh._sources.TryGetValue(source, out var now) ? now.MinimumLevel : fresh._default.MinimumLevel;
        }

        return [.. fresh._sources.Where(source => !_sources.ContainsKey(source.Key)).Select(source => $"{Section}:Override:{source.Key}")];
    }

    private static LogEventLevel? Parse(IConfigurationSection entry, ConfigurationProblems problems)
    {
        if (entry.Value is not { } text)
        {
            return null;
        }

        if (Enum.TryParse<LogEventLevel>(text, ignoreCase: true, out var level) && Enum.IsDefined(level))
        {
            return level;
        }

        problems.Add(entry.Path, text, "is not a level", $"Write one of {string.Join(", ", Enum.GetNames<LogEventLevel>())}");
        return null;
    }
}
