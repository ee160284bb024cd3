using System.Globalization;
using System.Text;
using CsvHelper;
using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.OrderLogGenerator.Files;
using Shipper.OrderLogGenerator.Replay;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>Reads the <c>Generator</c> section and reports everything in it that cannot be used.</summary>
internal static class GeneratorConfiguration
{
    private const double MaxRate = 1e9;
    private const int MaxFiles = 1024;
    private const int MaxBurstLines = 100_000_000;

    /// <summary>
    /// Binds and validates the options, including the files that they name; adds what is wrong to
    /// <paramref name="problems"/>.
    /// </summary>
    public static GeneratorOptions Read(IConfiguration configuration, ConfigurationProblems problems)
    {
        var options = StrictBinder.Bind<GeneratorOptions>(configuration.GetSection(GeneratorOptions.Section), problems);
        CheckNumbers(options, problems);
        CheckFiles(options, problems);
        CheckReplay(options, problems);
        return options;
    }

    private static string Key(string path) => $"{GeneratorOptions.Section}:{path}";

    private static void CheckNumbers(GeneratorOptions options, ConfigurationProblems problems)
    {
        void Range(string key, double value, double min, double max, string fix)
        {
            if (value < min || value > max)
            {
                problems.Add(Key(key), Text(value), value < 0 && min >= 0 ? "is negative" : "is out of range", fix);
            }
        }

        var (rotation, replay, burst) = (options.Rotation, options.Replay, options.Burst);
        Range("LinesPerSecond", options.LinesPerSecond, 0, MaxRate, "Write lines a second, for example 500, or 0 for as fast as possible");
        Range("MaxLines", options.MaxLines, 0, long.MaxValue, "Write a number of lines, or 0 for no limit");
        Range("Files", options.Files, 1, MaxFiles, $"Write a number from 1 to {MaxFiles}");
        Range("Rotation:MaxBytes", rotation.MaxBytes, 0, long.MaxValue, "Write a number of bytes, or 0 for no limit");
        Range("Rotation:Keep", rotation.Keep, 0, int.MaxValue, "Write how many rotated files to keep, or 0 for all");
        Range("Replay:SpeedUp", replay.SpeedUp, 0, MaxRate, "Write how many times faster than the original, or 0 to use LinesPerSecond");
        Range("Burst:Lines", burst.Lines, 0, MaxBurstLines, $"Write a number of lines up to {MaxBurstLines}, or 0 for no bursts");

        if ((burst.Lines > 0) != (burst.Every > TimeSpan.Zero))
        {
            var missing = burst.Lines > 0 ? "Burst:Every" : "Burst:Lines";
            problems.Add(Key(missing), null, "is needed for bursts", "Set both Burst:Every and Burst:Lines, or neither");
        }
        else if (burst.Lines > 0 && (options.LinesPerSecond == 0 || replay.SpeedUp > 0))
        {
            problems.Add(
                Key("Burst:Lines"),
                Text(burst.Lines),
                "has no effect without a rate",
                "Set LinesPerSecond above 0 and Replay:SpeedUp to 0, or remove Burst");
        }

        if (options.Clock == ClockKind.Business && options.StartTime.Year is < 1900 or > 9000)
        {
            var start = options.StartTime.ToString("o", CultureInfo.InvariantCulture);
            problems.Add(Key("StartTime"), start, "is out of range", "Write a time between the years 1900 and 9000");
        }
    }

    private static void CheckFiles(GeneratorOptions options, ConfigurationProblems problems)
    {
        if (LogFileNames.FindProblem(options.FileNamePattern) is { } wrong)
        {
            problems.Add(
                Key("FileNamePattern"),
                options.FileNamePattern,
                wrong,
                $"Write a file name with {LogFileNames.TimeToken} and {LogFileNames.FileToken} in it, for example {{time}}.log");
        }

        if (options.Directory.Length == 0)
        {
            problems.Add(Key("Directory"), "", "is empty", "Name the directory for the log files, for example /var/log/orders");
        }
        else if (WritableDirectory.FindProblem(options.Directory, options.CreateDirectory) is { } problem)
        {
            problems.Add(
                Key("Directory"), options.Directory, problem, "Name a directory that this user may write, or grant the permission");
        }

        if (options.StatusPath is { Length: > 0 } status)
        {
            CheckStatusPath(status, problems);
        }
    }

    private static void CheckStatusPath(string status, ConfigurationProblems problems)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(status));
        if (directory is null || Directory.Exists(status))
        {
            problems.Add(Key("StatusPath"), status, "is a directory", "Name a file");
        }
        else if (WritableDirectory.FindProblem(directory, mayCreate: true) is { } problem)
        {
            problems.Add(
                Key("StatusPath"),
                status,
                $"cannot be written: {directory} {problem}",
                "Name a file in a directory that this user may write");
        }
    }

    private static void CheckReplay(GeneratorOptions options, ConfigurationProblems problems)
    {
        if (options.Replay.Path is not { Length: > 0 } path)
        {
            if (options.Replay.Loop || options.Replay.SpeedUp > 0)
            {
                problems.Add(Key("Replay:Path"), null, "is needed for Replay:Loop and Replay:SpeedUp", "Name a CSV file to replay");
            }

            return;
        }

        if (options.Format is not (LineFormat.RetailJson or LineFormat.RetailCsv))
        {
            problems.Add(
                Key("Format"),
                options.Format.ToString(),
                "cannot be made of replayed retail rows",
                "Choose RetailJson or RetailCsv, or remove Replay:Path");
        }

        if (FindReplayProblem(path) is var (reason, fix))
        {
            problems.Add(Key("Replay:Path"), path, reason, fix);
        }
    }

    private static (string Reason, string Fix)? FindReplayProblem(string path)
    {
        if (!File.Exists(path))
        {
            return (Directory.Exists(path) ? "is a directory" : "does not exist", "Name a CSV file, plain or gzip");
        }

        try
        {
            using var reader = new RetailCsvReader(PlainOrGzip.Open(path), Encoding.Latin1);
            var missing = reader.ReadHeader().Missing;
            var names = string.Join(',', RetailColumns.Names);
            return missing.Count == 0 ? null
                : missing.Count == RetailColumns.Names.Count
                    ? ("is not a CSV file of retail lines", $"Its first line must be {names}")
                : ($"lacks the column{(missing.Count == 1 ? "" : "s")} {string.Join(", ", missing)}", $"Its first line must name {names}");
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return ($"cannot be read ({exception.Message})", "Name a file that this user may read");
        }
        catch (Exception exception) when (exception is InvalidDataException or CsvFormatException)
        {
            return ($"is not CSV, plain or gzip ({exception.Message})", "Name a CSV file, plain or gzip");
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Describes in one sentence what a run with given options does, for the log and for <c>check</c>.</summary>
internal static class RunDescription
{
    /// <summary>The sentence, beginning with its verb and without the full stop.</summary>
    public static string Describe(GeneratorOptions options)
    {
        var what = options.Replay.Path is { Length: > 0 } path
            ? $"replays {path}{(options.Replay.Loop ? " again and again" : "")} as {options.Format}"
            : $"writes {options.Format} lines (seed {Text(options.Seed)}, {options.Clock} clock)";
        var rate = options.Replay.SpeedUp > 0 ? $"at {Text(options.Replay.SpeedUp)} times its original speed"
            : options.LinesPerSecond == 0 ? "as fast as possible"
            : $"at {Text(options.LinesPerSecond)} lines/s";
        var burst = options.Burst.Lines > 0 ? $" and {Text(options.Burst.Lines)} more every {options.Burst.Every:c}" : "";
        var end = options.MaxLines > 0 ? $", {Text(options.MaxLines)} lines in all" : "";
        var files = options.Files > 1 ? $"{Text(options.Files)} files at a time" : "one file at a time";
        var target = $"{files} in {options.Directory} named {options.FileNamePattern}";
        return $"{what} {rate}{burst}{end}, to {target}; {Rotation(options.Rotation)}";
    }

    private static string Rotation(RotationOptions rotation)
    {
        var size = rotation.MaxBytes > 0 ? $"at {Text(rotation.MaxBytes)} bytes" : null;
        var age = rotation.Interval > TimeSpan.Zero ? $"after {rotation.Interval:c}" : null;
        if (size is null && age is null)
        {
            return "no rotation";
        }

        var when = string.Join(" or ", new[] { size, age }.OfType<string>());
        var kept = rotation.Keep == 0 ? "all" : Text(rotation.Keep);
        return $"rotation ({rotation.Mode}) {when}, {kept} rotated files kept";
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
