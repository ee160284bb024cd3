using System.IO.Compression;
using Xunit;

namespace Shipper.TestSupport;

/// <summary>
/// The Online Retail data set (UCI Machine Learning Repository), which is not part of the repository: <c>online_retail.csv.gz</c> in the
/// directory that <c>SHIPPER_DATA</c> names.
/// </summary>
internal static class OnlineRetail
{
    private const string Name = "online_retail.csv.gz";

    /// <summary>The path of the packed file; skips the test, visibly, where it is absent.</summary>
    public static string Require()
    {
        var path = Path.Join(Environment.GetEnvironmentVariable("SHIPPER_DATA"), Name);
        Assert.SkipUnless(File.Exists(path), $"{Name} is not here: name the directory that holds it in SHIPPER_DATA.");
        return path;
    }

    /// <summary>Unpacks the whole file to <paramref name="target"/>; skips the test, visibly, where it is absent.</summary>
    public static void UnpackTo(string target)
    {
        using var packed = new GZipStream(File.OpenRead(Require()), CompressionMode.Decompress);
        using var file = File.Create(target);
        packed.CopyTo(file);
    }
}
