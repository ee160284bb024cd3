using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Architecture;

/// <summary>docs/design/house-style.md, rule 7. dotnet format does not know line lengths.</summary>
public sealed class LineLengthTests
{
    private const int MostColumns = 140;

    [Fact]
    public void No_line_of_code_is_longer_than_the_limit()
    {
        var tooLong =
            from file in RepositoryFiles.Code()
            from line in File.ReadLines(RepositoryFiles.PathOf(file)).Index()
            where line.Item.Length > MostColumns
            select $"{file}:{line.Index + 1} has {line.Item.Length} columns";
        Found.Nothing(tooLong);
    }
}

/// <summary>Assertions about the source tree.</summary>
internal static class Found
{
    /// <summary>Fails with every one of <paramref name="faults"/>, of which xunit itself would show the first few.</summary>
    public static void Nothing(IEnumerable<string> faults)
    {
        if (faults.ToList() is { Count: > 0 } found)
        {
            Assert.Fail(string.Join('\n', found));
        }
    }
}
