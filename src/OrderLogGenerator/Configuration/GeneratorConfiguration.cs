using System.Globalization;
using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;
using Shipper.OrderLogGenerator.Files;

namespace Shipper.OrderLogGenerator.Configuration;

/// <summary>Reads the <c>Generator</c> section and reports everything in it that cannot be used.</summary>
internal static class GeneratorConfiguration
{
    private const double FastestRate = 1e9;
    private const int MostFiles = 1024;
    private const int LargestBurst = 100_000_000;

    /// <summary>Binds and checks the options, the files that they name included; what is wrong goes to <paramref name="problems"/>.</summary>
    public static GeneratorOptions Read(IConfiguration configuration, ConfigurationProblems problems)
    {
        var options = StrictBinder.Bind<GeneratorOptions>(configuration.GetSection(GeneratorOptions.Section), problems);
        CheckNumbers(options, problems);
        CheckFiles(options, problems);
        ReplayCheck.Run(options, problems);
        return options;
    }

    /// <summary>The full key of a setting of the section.</summary>
    public static string Key(string path) => $"{GeneratorOptions.Section}:{path}";

    private static void CheckNumbers(GeneratorOptions options, ConfigurationProblems problems)
    {
        void Range(string key, double value, double least, double most, string fix)
        {
            if (value < least || value > most)
            {
                problems.Add(Key(key), Text(value), value < 0 && least >= 0 ? "is negative" : "is out of range", fix);
            }
        }

        Range("LinesPerSecond", options.LinesPerSecond, 0, FastestRate, "Write lines a second, for example 500, or 0 for as fast as possible");
        Range("MaxLines", options.MaxLines, 0, long.MaxValue, "Write a number of lines, or 0 for no end");
        Range("Files", options.Files, 1, MostFiles, $"Write a number from 1 to {MostFiles}");
        Range("Rotation:MaxBytes", options.Rotation.MaxBytes, 0, long.MaxValue, "Write a number of bytes, or 0 for no bound");
        Range("Rotation:Keep", options.Rotation.Keep, 0, int.MaxValue, "Write how many rotated files to keep, or 0 for all");
        Range("Replay:SpeedUp", options.Replay.SpeedUp, 0, FastestRate, "Write how many times faster than the original, or 0 to go by LinesPerSecond");
        Range("Burst:Lines", options.Burst.Lines, 0, LargestBurst, $"Write a number of lines up to {LargestBurst}, or 0 for no bursts");

        var burst = options.Burst;
        if ((burst.Lines > 0) != (burst.Every > TimeSpan.Zero))
        {
            var absent = burst.Lines > 0 ? "Burst:Every" : "Burst:Lines";
            problems.Add(Key(absent), null, "is needed for bursts", "Set both Burst:Every and Burst:Lines, or neither");
        }
        else if (burst.Lines > 0 && (options.LinesPerSecond == 0 || options.Replay.SpeedUp > 0))
        {
            problems.Add(Key("Burst:Lines"), Text(burst.Lines), "means nothing without a rate", "Set LinesPerSecond above 0 and Replay:SpeedUp to 0, or leave Burst out");
        }

        if (options.Clock == ClockKind.Business && options.StartTime.Year is < 1900 or > 9000)
        {
            problems.Add(Key("StartTime"), options.StartTime.ToString("o", CultureInfo.InvariantCulture), "is out of range", "Write a time between the years 1900 and 9000");
        }
    }

    private static void CheckFiles(GeneratorOptions options, ConfigurationProblems problems)
    {
        CheckPattern(options.FileNamePattern, problems);
        if (options.Directory.Length == 0)
        {
            problems.Add(Key("Directory"), "", "is empty", "Name the directory for the log files, for example /var/log/orders");
        }
        else if (WritableDirectory.Obstacle(options.Directory, options.CreateDirectory) is { } obstacle)
        {
            problems.Add(Key("Directory"), options.Directory, obstacle, "Name a directory that this user may write, or give it the permission");
        }

        if (options.StatusPath is { Length: > 0 } status)
        {
            var directory = Path.GetDirectoryName(Path.GetFullPath(status));
            if (directory is null || Directory.Exists(status))
            {
                problems.Add(Key("StatusPath"), status, "is a directory", "Name a file");
            }
            else if (WritableDirectory.Obstacle(directory, mayCreate: true) is { } reason)
            {
                problems.Add(Key("StatusPath"), status, $"cannot be written: {directory} {reason}", "Name a file in a directory that this user may write");
            }
        }
    }

    private static void CheckPattern(string pattern, ConfigurationProblems problems)
    {
        var rest = pattern.Replace(LogFileNames.TimeToken, "", StringComparison.Ordinal).Replace(LogFileNames.FileToken, "", StringComparison.Ordinal);
        var reason = pattern.Length == 0 ? "is empty"
            : rest.AsSpan().ContainsAny('/', '\\', '\0') ? "has a directory in it"
            : rest.AsSpan().ContainsAny('{', '}') ? "has an unknown word in braces"
            : pattern is "." or ".." ? "is not a file name"
            : null;
        if (reason is not null)
        {
            problems.Add(Key("FileNamePattern"), pattern, reason, $"Write a file name with {LogFileNames.TimeToken} and {LogFileNames.FileToken} where they belong, for example {{time}}.log");
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
