using System.Text;
using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;
using Shipper.TestSupport;
using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>docs/processing.md: its types, keys and first example.</summary>
public sealed class ProcessingPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Join(RepositoryRoot.Directory, "docs", "processing.md"));

    [Fact]
    public void Every_type_has_a_section_with_its_keys() => Assert.All(Enum.GetValues<ProcessingType>(), type =>
    {
        var start = Page.IndexOf($"\n### {type}\n", StringComparison.Ordinal);
        Assert.True(start > 0, $"{type} has no section");
        var end = Page.IndexOf("\n##", start + 4, StringComparison.Ordinal);
        Assert.All(ProcessingValidation.KeysOf(type, ProcessingCompatibility.None), key =>
            Assert.Contains($"`{key}`", Page[start..end], StringComparison.Ordinal));
    });

    [Fact]
    public void The_example_gives_what_the_page_says()
    {
        var blocks = Page.Split("```");
        var line = blocks[2].Split('`')[1] + "\n";
        using var json = new MemoryStream(Encoding.UTF8.GetBytes("{" + blocks[1]["json".Length..] + "}"));
        var configuration = new ConfigurationBuilder().AddJsonStream(json).Build();
        var problems = new ConfigurationProblems();
        var steps = configuration.GetSection("Processing").GetChildren()
            .Select(section => StrictBinder.Bind<ProcessingOptions>(section, problems)).ToArray();
        Assert.Empty(problems.All);

        var origin = Chains.Origin with { Epoch = 0, Length = line.Length };
        var processed = Chains.Of(steps).Process(Encoding.UTF8.GetBytes(line), origin);
        Assert.Equal(blocks[3]["json\n".Length..], Encoding.UTF8.GetString(processed.Bytes));
    }
}
