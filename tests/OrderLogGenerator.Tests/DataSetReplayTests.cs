using System.Globalization;
using System.IO.Compression;
using System.Text;
using Shipper.OrderLogGenerator.Tests.Support;
using Xunit;

namespace Shipper.OrderLogGenerator.Tests;

/// <summary>
/// The whole of: Chen, D. (2015). Online Retail [Dataset]. UCI Machine Learning Repository.
/// https://doi.org/10.24432/C5BW33, row by row, compared with an independent parser.
/// </summary>
public sealed class DataSetReplayTests
{
    private const int Rows = 541_909;

    [Fact]
    public void Every_row_of_the_data_set_is_written_unchanged()
    {
        var path = OnlineRetail.Require();
        var bytes = Lines.Bytes(new GeneratorOptions { Replay = new ReplayOptions { Path = path } }, int.MaxValue);
        using var original = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.Latin1);
        original.ReadLine();
        int rows = 0, start = 0;
        while (original.ReadLine() is { } row)
        {
            rows++;
            var end = bytes.AsSpan(start).IndexOf((byte)'\n') + start;
            Compare(Csv.Fields(row), RetailLine.Parse(bytes.AsMemory(start, end - start)), rows);
            start = end + 1;
        }

        Assert.Equal(Rows, rows);
        Assert.Equal(bytes.Length, start);
    }

    private static void Compare(List<string> row, RetailLine line, int number)
    {
        var same = line.Invoice == row[0]
            && line.Code == row[1]
            && line.Description == row[2]
            && line.Quantity == int.Parse(row[3], CultureInfo.InvariantCulture)
            && line.Date == DateTime.Parse(row[4], CultureInfo.InvariantCulture)
            && line.Price == decimal.Parse(row[5], CultureInfo.InvariantCulture)
            && (line.Customer ?? "") == row[6]
            && line.Country == row[7];
        Assert.True(same, $"row {number}: {string.Join('|', row)} became {line}");
    }
}
