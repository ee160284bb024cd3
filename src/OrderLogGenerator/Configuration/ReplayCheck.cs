using CsvHelper;
using Shipper.Foundation.Configuration;
using Shipper.OrderLogGenerator.Replay;

namespace Shipper.OrderLogGenerator.Configuration;

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
