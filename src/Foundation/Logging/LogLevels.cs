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
    private static readonly string Fix = $"Write one of {string.Join(", ", Enum.GetNames<LogEventLevel>())}";

    private readonly LoggingLevelSwitch _default = new(LogEventLevel.Information);
    private readonly Dictionary<string, LoggingLevelSwitch> _sources = new(StringComparer.Ordinal)
    {
        ["Microsoft"] = new(LogEventLevel.Warning),
        ["System"] = new(LogEventLevel.Warning),

        // It logs a failed start with a stack trace; the process reports it in one sentence when it ends.
        ["Microsoft.Extensions.Hosting.Internal.Host"] = new(LogEventLevel.Fatal),

        // Its heartbeat warns of a busy machine, about which nobody can do anything here.
        ["Microsoft.AspNetCore.Server.Kestrel"] = new(LogEventLevel.Error),
    };

    /// <summary>Raised after the levels of another configuration were applied.</summary>
    public event Action? Renewed;

    /// <summary>The level of sources without a level of their own.</summary>
    public LoggingLevelSwitch Default => _default;

    /// <summary>
    /// Reads the section. An unknown level, and everything in the section that is not a level, is added to <paramref name="problems"/>.
    /// </summary>
    public static LogLevels Read(IConfiguration configuration, ConfigurationProblems problems)
    {
        var levels = new LogLevels();
        var serilog = configuration.GetSection("Serilog");
        if (serilog.Value is { Length: > 0 } text)
        {
            problems.Add(serilog.Path, text, "is a section, not a value", $"Set {Section}:Default");
        }

        RefuseAllBut(["MinimumLevel"], serilog, problems);
        var section = configuration.GetSection(Section);
        RefuseAllBut(["Default", "Override"], section, problems);
        var overrides = section.GetSection("Override");
        if (overrides.Value is { Length: > 0 } level)
        {
            problems.Add(overrides.Path, level, "is a section, not a value", $"Name a source: {overrides.Path}:Microsoft");
        }

        foreach (var entry in overrides.GetChildren())
        {
            levels._sources[entry.Key] = new LoggingLevelSwitch(Parse(entry, problems) ?? LogEventLevel.Information);
        }

        // Also in the short form, without Default.
        var whole = Parse(section, problems, maySplit: true);
        levels._default.MinimumLevel = whole ?? Parse(section.GetSection("Default"), problems) ?? LogEventLevel.Information;
        return levels;
    }

    /// <summary>Applies them to <paramref name="setup"/>.</summary>
    public void Apply(LoggerConfiguration setup)
    {
        setup.MinimumLevel.ControlledBy(_default);
        foreach (var (source, level) in _sources)
        {
            setup.MinimumLevel.Override(source, level);
        }
    }

    /// <summary>Applies the levels of <paramref name="fresh"/> at once.</summary>
    /// <returns>The full keys that take effect only after a restart.</returns>
    public IReadOnlyList<string> ReplaceBy(LogLevels fresh)
    {
        _default.MinimumLevel = fresh._default.MinimumLevel;
        foreach (var (source, level) in _sources)
        {
            level.MinimumLevel = fresh._sources.TryGetValue(source, out var now) ? now.MinimumLevel : fresh._default.MinimumLevel;
        }

        Renewed?.Invoke();
        return [.. fresh._sources.Where(source => !_sources.ContainsKey(source.Key)).Select(source => $"{Section}:Override:{source.Key}")];
    }

    private static void RefuseAllBut(string[] known, IConfigurationSection section, ConfigurationProblems problems)
    {
        foreach (var child in section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            problems.Add(child.Path, child.Value, "is not a known key", Spelling.Nearest(child.Key, known) is { } near
                ? $"Did you mean {near}?"
                : $"Remove it: of logging only levels can be set here ({Section}:Default and {Section}:Override)");
        }
    }

    private static LogEventLevel? Parse(IConfigurationSection entry, ConfigurationProblems problems, bool maySplit = false)
    {
        if (!maySplit && entry.GetChildren().Any())
        {
            problems.Add(entry.Path, null, "has keys below it but is a level", Fix);
            return null;
        }

        if (entry.Value is not { } text)
        {
            return null;
        }

        if (ScalarParser.TryParse(typeof(LogEventLevel), text, out var level))
        {
            return (LogEventLevel)level!;
        }

        problems.Add(entry.Path, text, "is not a level", Fix);
        return null;
    }
}
