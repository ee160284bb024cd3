using System.IO.Compression;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.OrderLake.Tests.Support;
using Shipper.OrderLake.Transforms;
using Shipper.OrderLogGenerator;
using Shipper.OrderLogGenerator.Formats;
using Shipper.OrderLogGenerator.Hosting;
using Shipper.TestSupport;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>
/// The whole of: Chen, D. (2015). Online Retail [Dataset]. UCI Machine Learning Repository.
/// https://doi.org/10.24432/C5BW33, through generator and lake, as JSON and as CSV.
/// </summary>
public sealed class OnlineRetailTests
{
    [Theory]
    [InlineData("RetailJson")]
    [InlineData("RetailCsv")]
    public async Task The_whole_data_set_gives_the_known_figures(string format)
    {
        var path = OnlineRetail.Require();
        using var lake = new TemporaryLake();
        PutAll(lake, path, Enum.Parse<LineFormat>(format));
        var report = await lake.TransformAsync(new TransformOptions { MemoryLimit = 512L * 1024 * 1024 });

        Assert.Equal((541_909, 397_884, 144_025, 1_523), (report.Records, report.Kept, report.Rejected, report.Partitions));
        Assert.Equal(
            (135_080, 8_905, 40),
            (report.Reasons["no_customerid"], report.Reasons["quantity_not_positive"], report.Reasons["unitprice_not_positive"]));
        Assert.Equal(
            ["397884|8911407.904|106936.894848|11657|387841|305|37"],
            lake.Ask("""
                select count(*), sum(totalamount), sum(totalamountusd), count(*) filter (ordertag = 'High'), count(distinct orderid),
                    count(distinct invoicedateonly), count(distinct country)
                from {orders}
                """));
        Assert.Equal(
            ["Europe|371702|7746282.744", "Other|24500|985607.09", "Oceania|1182|138521.31", "Asia|321|37416.37",
                "North America|179|3580.39"],
            lake.Ask("select region, count(*), sum(totalamount) from {orders} group by region order by 2 desc"));
        Assert.Equal(["354321"], lake.Ask("select count(*) from {orders} where country = 'United Kingdom'"));
        Assert.Equal(
            ["c8c9f1dd"], lake.Ask("select distinct orderid[:8] from {orders} where invoiceno = '536365' and stockcode = '85123A'"));
        Assert.Equal(["541909"], lake.Ask("select (select count(*) from {orders}) + (select count(*) from {rejects})"));
    }

    private static void PutAll(TemporaryLake lake, string path, LineFormat format)
    {
        var options = new GeneratorOptions { Format = format, Replay = new ReplayOptions { Path = path } };
        using var source = LineSources.Create(options, TimeProvider.System, NullLogger.Instance);
        var batch = new LineBuffer(ILineSource.BatchBytes);
        for (var number = 0; source.Append(batch, 30_000, TimeSpan.Zero) > 0; number++)
        {
            var compressed = new MemoryStream();
            using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(batch.Span);
            }

            lake.Put($"orders/2026/11/29/{number % 24:D2}/orders-1-{number:D4}.gz", compressed.ToArray());
            batch.Clear();
        }
    }
}
