using System.Diagnostics;
using System.Text.RegularExpressions;
using Shipper.OrderLake.Tests.Support;
using Shipper.TestSupport;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>
/// The texts for Athena and Spark, parsed by grammars that others made (npm dt-sql-parser: Trino, Spark, Hive). It shows that they are
/// statements of that language, not what they answer: a function that does not exist passes, too.
/// </summary>
[Trait("needs", "npm")]
public sealed class GrammarTests : IDisposable
{
    // Ends a test that hangs, and says nothing about speed.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly TemporaryLake _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Every_text_is_a_statement_of_its_engine()
    {
        var specification = Path.Join(RepositoryRoot.Directory, "src/OrderLake/Specification");
        string[] Texts(string folder) => [.. Directory.GetFiles(Path.Join(specification, folder), "*.sql").Order(StringComparer.Ordinal)];
        string[] wanted =
        [
            // Athena takes statements that define tables in Hive's language, all others in Trino's.
            .. Texts("athena").Select(path => $"{(Path.GetFileName(path) == "tables.sql" ? "hive" : "trino")}={Filled("athena", path)}"),
            .. Texts("spark").Select(path => $"spark={Filled("spark", path)}"),
            .. Texts("queries").SelectMany(path => new[] { $"trino={path}", $"spark={path}" }),
        ];
        Assert.True(wanted.Length >= 34, $"{wanted.Length}");

        // What is no statement is seen.
        string[] broken =
        [
            $"trino={Write("a.sql", "select count(* from orders")}", $"spark={Write("b.sql", "select a b c from orders")}",
            $"hive={Write("c.sql", "create external table orders (a string,) stored as parquet")}",
        ];

        var told = await ParseAsync([.. wanted, .. broken]);
        Assert.Equal(wanted.Length + broken.Length, told.Length);
        Assert.All(told.Take(wanted.Length), line => Assert.EndsWith(" 0", line, StringComparison.Ordinal));
        Assert.All(told.Skip(wanted.Length), line => Assert.Matches(@"\.sql [1-9]", line));
    }

    // With a value for each placeholder.
    private string Filled(string engine, string path)
    {
        var text = File.ReadAllText(path).Replace("(${countries})", "('A', 'B')", StringComparison.Ordinal)
            .Replace("${first_date}", "2010-12-01", StringComparison.Ordinal);
        return Write($"{engine}-{Path.GetFileName(path)}", Regex.Replace(text, @"\$\{(run|done|last)\}", "1"));
    }

    private string Write(string name, string text)
    {
        var path = Path.Join(_files.Root, name);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task<string[]> ParseAsync(string[] arguments)
    {
        var modules = Path.Join(RepositoryRoot.Directory, "artifacts/tools/node_modules");
        var platforms = Path.Join(modules, "@esbuild");
        var bundler = Directory.Exists(platforms)
            ? Directory.GetDirectories(platforms).Select(platform => Path.Join(platform, "bin/esbuild")).FirstOrDefault(File.Exists)
            : null;
        Assert.SkipUnless(
            bundler is not null && File.Exists(Path.Join(modules, "dt-sql-parser/package.json")),
            "dt-sql-parser and esbuild are not in artifacts/tools; .ci/run installs them with npm");
        var bundle = Path.Join(_files.Root, "grammar.cjs"); // Node itself cannot load the parser's modules one by one
        await RunAsync(
            bundler!,
            ["--bundle", "--platform=node", "--log-level=error", $"--outfile={bundle}",
                Path.Join(RepositoryRoot.Directory, "tests/OrderLake.Tests/sql-grammar.mjs")],
            modules);
        return (await RunAsync("node", [bundle, .. arguments], modules)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string modules)
    {
        using var limit = new CancellationTokenSource(Limit);
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NODE_PATH"] = modules;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, await error);
        return await output;
    }
}
