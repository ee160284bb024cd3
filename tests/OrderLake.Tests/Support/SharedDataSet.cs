using Xunit;

namespace Shipper.OrderLake.Tests.Support;

/// <summary>
/// The real data set, which is not part of the repository: beside it in <c>shared/data</c>, or where <c>SHIPPER_SHARED</c>
/// says.
/// </summary>
internal static class SharedDataSet
{
    /// <summary>The path of a file; skips the test, visibly, where it is absent.</summary>
    public static string Require(string name)
    {
        var shared = Environment.GetEnvironmentVariable("SHIPPER_SHARED") is { Length: > 0 } configured ? configured : BesideRepository();
        var path = shared is null ? null : Path.Combine(shared, "data", name);
        Assert.SkipUnless(
            File.Exists(path),
            $"{name} is not here: put it in ../shared/data beside the repository, or name the directory above data in SHIPPER_SHARED.");
        return path!;
    }

    private static string? BesideRepository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Shipper.sln")))
            {
                return Path.Combine(directory.FullName, "..", "shared");
            }
        }

        return null;
    }
}
