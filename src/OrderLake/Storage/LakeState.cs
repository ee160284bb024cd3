using System.Text.Json;
using System.Text.Json.Serialization;
using Shipper.Foundation.Hosting;

namespace Shipper.OrderLake.Storage;

/// <summary>What a lake says about itself; it is part of every commit (<c>tables/_lake.json</c>).</summary>
internal sealed record LakeState
{
    /// <summary>The file's name. Engines skip names that begin with an underscore.</summary>
    public const string FileName = "_lake.json";

    /// <summary>The version of the layout of directories and tables.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The number of the last run that was committed; 0 before the first.</summary>
    public long Run { get; init; }

    /// <summary>When it was committed.</summary>
    public DateTimeOffset? Committed { get; init; }

    /// <summary>The records of all objects that were taken: those kept, and those left out.</summary>
    public long Records { get; init; }

    /// <summary>Whether orders are tagged by their amount in dollars; null before the first orders.</summary>
    public bool? TagByUsd { get; init; }

    /// <summary>How orders are partitioned; null before the first orders.</summary>
    public LakeLayout? Layout { get; init; }

    /// <summary>Reads the state of a lake; null if there is none.</summary>
    /// <exception cref="LakeException">It cannot be read, or a newer program wrote it.</exception>
    public static LakeState? Read(string tables)
    {
        var path = Path.Join(tables, FileName);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var state = JsonSerializer.Deserialize<LakeState>(file, OutputJson.Options) ?? throw new JsonException("it is null");
            return state.Version == 1 ? state : throw new LakeException(
                $"{path} has version {state.Version}, and this program knows version 1; use the program that wrote it",
                ExitCodes.Configuration);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException exception)
        {
            throw new LakeException(
                $"{path} cannot be read ({exception.Message}); make the lake again from its raw objects", ExitCodes.Configuration);
        }
    }

    /// <summary>Writes the state into a new tree of tables.</summary>
    public void Write(string tables)
    {
        using var file = new FileStream(
            Path.Join(tables, FileName), Foundation.Files.PrivateFiles.Options(FileMode.CreateNew, FileAccess.Write, FileShare.None));
        JsonSerializer.Serialize(file, this, OutputJson.Options);
    }
}

/// <summary>How orders are partitioned.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LakeLayout>))]
internal enum LakeLayout
{
    /// <summary>By <c>country</c> and <c>invoicedateonly</c>: many small files, and a query for one day reads little.</summary>
    Date,

    /// <summary>By <c>country</c> and <c>invoicemonth</c>, sorted by date: few larger files. The date is a column of the files.</summary>
    Month,
}

/// <summary>What layouts have in common.</summary>
internal static class LakeLayouts
{
    /// <summary>The partition column of <see cref="LakeLayout.Month"/>, <c>yyyy-MM</c>; not a column of the table.</summary>
    public const string Month = "invoicemonth";
}

/// <summary>The lake cannot be used. The message says why and what to do.</summary>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="exitCode">The exit code of the process.</param>
/// <param name="inner">The cause.</param>
internal sealed class LakeException(string message, int exitCode, Exception? inner = null)
    : StartRefusedException(message, exitCode, inner);
