using System.IO.Compression;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>
/// The real data set, which is not part of the repository: in <c>../shared/data</c> beside it, or where <c>SHIPPER_SHARED</c> says.
/// </summary>
internal static class SharedDataSet
{
    /// <summary>Unpacks the whole Online Retail file to <paramref name="target"/>; skips the test, visibly, where it is absent.</summary>
    public static void UnpackTo(string target)
    {
        using var packed = new GZipStream(File.OpenRead(Require("online_retail.csv.gz")), CompressionMode.Decompress);
        using var file = File.Create(target);
        packed.CopyTo(file);
    }

    /// <summary>The path of a file; skips the test, visibly, where it is absent.</summary>
    public static string Require(string name)
    {
        var shared = Environment.GetEnvironmentVariable("SHIPPER_SHARED") is { Length: > 0 } configured ? configured : BesideRepository();
        var path = shared is null ? null : Path.Join(shared, "data", name);
        Assert.SkipUnless(
            File.Exists(path),
            $"{name} is not here: put it in ../shared/data beside the repository, or name the directory above data in SHIPPER_SHARED.");
        return path!;
    }

    private static string? BesideRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Join(directory.FullName, "Shipper.sln")))
        {
            directory = directory.Parent;
        }

        return directory is null ? null : Path.Join(directory.FullName, "..", "shared");
    }
}
