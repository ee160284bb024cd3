using System.Globalization;
using CsvHelper;
using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;
using Shipper.OrderLogGenerator.Files;
using Shipper.OrderLogGenerator.Replay;

namespace Shipper.OrderLogGenerator.Hosting;

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

/// <summary>Says in one sentence what a configuration makes the generator do.</summary>
internal static class GeneratorPlan
{
    /// <summary>The sentence, without its full stop.</summary>
    public static string Describe(GeneratorOptions options)
    {
        var what = options.Replay.Path is { Length: > 0 } path
            ? $"replays {path}{(options.Replay.Loop ? " again and again" : "")} as {options.Format}"
            : $"writes {options.Format} lines (seed {Text(options.Seed)}, {options.Clock} clock)";
        var rate = options.Replay.SpeedUp > 0 ? $"in its own tempo × {Text(options.Replay.SpeedUp)}"
            : options.LinesPerSecond == 0 ? "as fast as possible"
            : $"at {Text(options.LinesPerSecond)} lines/s";
        var burst = options.Burst.Lines > 0 ? $" and {Text(options.Burst.Lines)} more every {options.Burst.Every:c}" : "";
        var end = options.MaxLines > 0 ? $", {Text(options.MaxLines)} lines in all" : "";
        var files = options.Files > 1 ? $"{Text(options.Files)} files at a time" : "one file at a time";
        return $"{what} {rate}{burst}{end}, to {files} in {options.Directory} named {options.FileNamePattern}; {Rotation(options.Rotation)}";
    }

    private static string Rotation(RotationOptions rotation)
    {
        var size = rotation.MaxBytes > 0 ? $"at {Text(rotation.MaxBytes)} bytes" : null;
        var age = rotation.Interval > TimeSpan.Zero ? $"after {rotation.Interval:c}" : null;
        return size is null && age is null
            ? "no rotation"
            : $"rotation ({rotation.Mode}) {string.Join(" or ", new[] { size, age }.OfType<string>())}, {(rotation.Keep == 0 ? "all rotated files kept" : $"{Text(rotation.Keep)} rotated files kept")}";
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Checks before the start that a replayed file is there, is CSV and has the columns.</summary>
internal static class ReplayCheck
{
    /// <summary>Adds what is wrong with the <c>Replay</c> section; nothing when there is none.</summary>
    public static void Run(GeneratorOptions options, ConfigurationProblems problems)
    {
        var key = GeneratorConfiguration.Key("Replay:Path");
        if (options.Replay.Path is not { Length: > 0 } path)
        {
            if (options.Replay.Loop || options.Replay.SpeedUp > 0)
            {
                problems.Add(key, null, "is needed for Replay:Loop and Replay:SpeedUp", "Name the CSV file to replay");
            }

            return;
        }

        if (options.Format is not (LineFormat.RetailJson or LineFormat.RetailCsv))
        {
            problems.Add(GeneratorConfiguration.Key("Format"), options.Format.ToString(), "cannot be made of replayed retail rows", "Choose RetailJson or RetailCsv, or leave Replay:Path out");
        }

        if (Obstacle(path) is var (reason, fix))
        {
            problems.Add(key, path, reason, fix);
        }
    }

    private static (string Reason, string Fix)? Obstacle(string path)
    {
        if (!File.Exists(path))
        {
            return (Directory.Exists(path) ? "is a directory" : "does not exist", "Name a CSV file, plain or gzip");
        }

        try
        {
            using var reader = new RetailCsvReader(ReplayFile.Open(path), System.Text.Encoding.Latin1);
            var missing = reader.ReadHeader().Missing;
            return missing.Count == 0 ? null
                : missing.Count == RetailColumns.Names.Count
                    ? ("is not a CSV file of retail lines", $"Its first line must be {string.Join(',', RetailColumns.Names)}")
                    : ($"lacks the column{(missing.Count == 1 ? "" : "s")} {string.Join(", ", missing)}", $"Its first line must name {string.Join(',', RetailColumns.Names)}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ($"cannot be read ({exception.Message})", "Name a file that this user may read");
        }
        catch (Exception exception) when (exception is InvalidDataException or CsvFormatException)
        {
            return ($"is not CSV, plain or gzip ({exception.Message})", "Name a CSV file, plain or gzip");
        }
    }
}
